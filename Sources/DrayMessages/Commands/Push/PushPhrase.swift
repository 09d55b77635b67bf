import BlobTransfer
import ImageCopy
import ImageModel

/// What `dray push` says on standard error, and with `--dry-run` on standard output.
package enum PushPhrase: Phrased {
  case pushing(PushPlan)
  case copying(PushPlan)
  case awaitsRegistry(blobs: Int)
  case mounted(Digest, from: String)
  case pushed(PushedImage)
  case copied(PushedImage)
  /// Into an archive or a layout.
  case exporting(PushPlan, to: String)
  case exported(PushedImage, to: String)
  case written(PushResult)
  case wouldExport(PushedImage, to: String)
  case wouldWrite(BlobProgress)
  case totalWritten(PushPlan)
  case tagged(PushedImage)
  case done(PushResult)
  case wouldPush(PushedImage)
  case wouldSend(BlobProgress)
  case total(PushPlan)
  /// What stands where an archive from there would have its path.
  case standardInput

  package var phrase: Phrase {
    switch self {
    case .standardInput: Phrase("standard input", chinese: "标准输入")
    case .pushing(let plan) where plan.images.count == 1:
      Phrase(
        "Pushing \(plan.images[0].reference): \(ByteCount(plan.bytesToSend)) in \(plan.blobs.count, "blob"); already present: \(plan.blobsPresent)",
        chinese:
          "正在推送 \(plan.images[0].reference)：\(plan.blobs.count) 个数据块，\(ByteCount(plan.bytesToSend))；已存在 \(plan.blobsPresent) 个"
      )
    case .pushing(let plan):
      Phrase(
        "Pushing \(plan.images.count, "image"): \(ByteCount(plan.bytesToSend)) in \(plan.blobs.count, "blob"); already present: \(plan.blobsPresent)",
        chinese:
          "正在推送 \(plan.images.count) 个镜像：\(plan.blobs.count) 个数据块，\(ByteCount(plan.bytesToSend))；已存在 \(plan.blobsPresent) 个"
      )
    case .copying(let plan) where plan.images.count == 1:
      Phrase(
        "Copying to \(plan.images[0].reference): \(ByteCount(plan.bytesToSend)) in \(plan.blobs.count, "blob"); already present: \(plan.blobsPresent)",
        chinese:
          "正在复制到 \(plan.images[0].reference)：\(plan.blobs.count) 个数据块，\(ByteCount(plan.bytesToSend))；已存在 \(plan.blobsPresent) 个"
      )
    case .copying(let plan):
      Phrase(
        "Copying \(plan.images.count, "image"): \(ByteCount(plan.bytesToSend)) in \(plan.blobs.count, "blob"); already present: \(plan.blobsPresent)",
        chinese:
          "正在复制 \(plan.images.count) 个镜像：\(plan.blobs.count) 个数据块，\(ByteCount(plan.bytesToSend))；已存在 \(plan.blobsPresent) 个"
      )
    case .awaitsRegistry(let blobs):
      Phrase(
        "All data is sent; waiting for the registry to store \(blobs, "blob")",
        chinese: "数据已全部发送，等待仓库保存 \(blobs) 个数据块")
    case .mounted(let digest, let repository):
      Phrase("\(digest): mounted from \(repository)", chinese: "\(digest)：已从 \(repository) 挂载")
    case .pushed(let image) where image.wasThere, .copied(let image) where image.wasThere,
      .tagged(let image) where image.wasThere:
      Phrase(
        "\(image.reference) is already present: \(image.digest)", chinese: "\(image.reference) 已存在：\(image.digest)")
    case .pushed(let image):
      Phrase("Pushed \(image.reference): \(image.digest)", chinese: "已推送 \(image.reference)：\(image.digest)")
    case .tagged(let image):
      Phrase("Tagged \(image.reference): \(image.digest)", chinese: "已添加标签 \(image.reference)：\(image.digest)")
    case .copied(let image):
      Phrase("Copied to \(image.reference): \(image.digest)", chinese: "已复制到 \(image.reference)：\(image.digest)")
    case .exporting(let plan, let path):
      Phrase(
        "Copying \(plan.images.count, "image") to \(Self.place(path).english): \(ByteCount(plan.bytesToSend)) in \(plan.blobs.count, "blob"); already present: \(plan.blobsPresent)",
        chinese:
          "正在复制 \(plan.images.count) 个镜像到\(Self.place(path).chinese)：\(plan.blobs.count) 个数据块，\(ByteCount(plan.bytesToSend))；已存在 \(plan.blobsPresent) 个"
      )
    case .exported(let image, let path) where image.wasThere, .wouldExport(let image, let path) where image.wasThere:
      Phrase(
        "\(image.reference) is already present in \(Self.place(path).english): \(image.digest)",
        chinese: "\(whole: path) 中已有 \(image.reference)：\(image.digest)")
    case .exported(let image, let path):
      Phrase(
        "Copied \(image.reference) to \(Self.place(path).english): \(image.digest)",
        chinese: "已复制 \(image.reference) 到\(Self.place(path).chinese)：\(image.digest)")
    case .written(let result):
      Phrase(
        "Done: \(ByteCount(result.bytesSent)) written in \(ElapsedTime(result.elapsed))",
        chinese: "完成：写入 \(ByteCount(result.bytesSent))，用时 \(ElapsedTime(result.elapsed))")
    case .wouldExport(let image, let path):
      Phrase(
        "\(image.reference) would be copied to \(Self.place(path).english): \(image.digest)",
        chinese: "\(image.reference) 将复制到\(Self.place(path).chinese)：\(image.digest)")
    case .wouldWrite(let blob):
      Phrase(
        "\(blob.digest): \(ByteCount(blob.size)) to write", chinese: "\(blob.digest)：需要写入 \(ByteCount(blob.size))")
    case .totalWritten(let plan):
      Phrase(
        "To write: \(ByteCount(plan.bytesToSend)) (\(plan.bytesToSend) bytes); already present: \(plan.blobsPresent, "blob")",
        chinese:
          "需要写入：\(ByteCount(plan.bytesToSend))（\(plan.bytesToSend) 字节）；已存在 \(plan.blobsPresent) 个数据块")
    case .done(let result):
      Phrase(
        "Done: \(ByteCount(result.bytesSent)) sent in \(ElapsedTime(result.elapsed))",
        chinese: "完成：发送 \(ByteCount(result.bytesSent))，用时 \(ElapsedTime(result.elapsed))")
    case .wouldPush(let image) where image.wasThere:
      Phrase(
        "\(image.reference) is already present: \(image.digest)", chinese: "\(image.reference) 已存在：\(image.digest)")
    case .wouldPush(let image):
      Phrase(
        "\(image.reference) would point to \(image.digest)", chinese: "\(image.reference) 将指向 \(image.digest)")
    case .wouldSend(let blob):
      Phrase(
        "\(blob.digest): \(ByteCount(blob.size)) to send", chinese: "\(blob.digest)：需要发送 \(ByteCount(blob.size))")
    case .total(let plan):
      Phrase(
        "To send: \(ByteCount(plan.bytesToSend)) (\(plan.bytesToSend) bytes); to mount from other repositories: \(plan.blobsMounted, "blob"); already present: \(plan.blobsPresent, "blob")",
        chinese:
          "需要发送：\(ByteCount(plan.bytesToSend))（\(plan.bytesToSend) 字节）；从其他仓库挂载 \(plan.blobsMounted) 个数据块；已存在 \(plan.blobsPresent) 个"
      )
    }
  }
}

extension PushPhrase {
  /// An archive or a layout as it is called in a sentence; Chinese has a space before letters of others alone.
  private static func place(_ path: String) -> Phrase {
    path == "-" ? Phrase("standard output", chinese: "标准输出") : Phrase("\(whole: path)", chinese: " \(whole: path)")
  }
}

extension PushWarning {
  package var words: Phrase {
    switch self {
    case .access(let warning): warning.phrase
    case .unlistedReferrer(let digest):
      Phrase(
        "the registry stores \(digest), but does not list it for its image: it has no referrers API and does not accept their tag",
        chinese: "仓库保存了 \(digest)，但不会在镜像的关联内容中列出：它不支持 referrers API，也不接受相应的标签")
    case .referrerTagLeftOut(let digest):
      Phrase(
        "the registry stores \(digest), but does not list it for its image: it has no referrers API, and no fallback tag was written",
        chinese: "仓库保存了 \(digest)，但不会在镜像的关联内容中列出：它不支持 referrers API，也未写入回退标签")
    case .referrersLeftOut(let count):
      Phrase(
        "signatures and other referrers that are not pushed, because their subject is not: \(count)",
        chinese: "有 \(count) 个签名等关联内容未推送：它们所指的对象不在推送之列")
    case .madeManifest(let digest, let path):
      Phrase(
        "'\(whole: path)' has no manifests (docker save before Docker 25): the image gets a new digest: \(digest)",
        chinese: "“\(whole: path)” 中没有清单（Docker 25 之前的 docker save 格式）：镜像得到新的摘要 \(digest)")
    case .converted(let reference, let former, let now):
      Phrase(
        "\(reference) gets a new digest, as requested: \(now) instead of \(former)",
        chinese: "\(reference) 按要求得到新的摘要：由 \(former) 变为 \(now)")
    case .expires(let reference, let time):
      Phrase(
        "Quay will delete the tag \(reference) in \(time), because the image has the label quay.expires-after=\(time); to keep it, change its expiration in Quay, or build the image without the label",
        chinese:
          "镜像带有 label quay.expires-after=\(time)，Quay 将在 \(time) 后删除标签 \(reference)；如需保留，请在 Quay 中修改其过期时间，或构建时去掉该 label"
      )
    case .largeManifest(let digest, let bytes):
      Phrase(
        "the manifest \(digest) has \(ByteCount(bytes)): many registries accept at most 4 MiB, and refuse it only after all layers were sent",
        chinese: "清单 \(digest) 为 \(ByteCount(bytes))：许多仓库只接受不超过 4 MiB 的清单，且在所有层发送完之后才会拒绝")
    case .misnamed(let place, let origin):
      Phrase(
        "\(place) calls itself \(origin) in its addresses for uploads; dray keeps to the address it was given. Other clients may fail: see its external URL, or X-Forwarded-Proto and Host of the proxy before it",
        chinese:
          "\(place) 在上传地址中自称 \(origin)；dray 仍使用给定的地址。其他客户端可能失败：请检查其外部 URL，或其前面代理的 X-Forwarded-Proto 和 Host")
    case .registry(let text): Phrase("the registry says: \(text)", chinese: "仓库提示：\(text)")
    }
  }
}
