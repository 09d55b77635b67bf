import ImageCopy
import ImageModel

/// What `dray sync` says on standard error, and with `--dry-run` on standard output.
package enum SyncPhrase: Phrased {
  case checking(images: Int)
  /// All names have been asked about; so many are to be copied.
  case checked(SyncCounts, toCopy: Int)
  /// A key of another tool's file.
  case passedOver(String, path: String, line: Int)
  case madeProject(String, registry: RegistryName)
  case copied(SyncedImage)
  case kept(ImageReference, existing: Digest)
  case failed(ImageReference, Phrase)
  case wouldCopy(SyncedImage, SyncCost)
  case unchanged(SyncedImage)
  case done(SyncResult)
  case planned(SyncResult, SyncCost)
  /// Before the table of what is not as it should be.
  case table(images: Int)
  case keptLabel, failedLabel, notTriedLabel
  /// What a row of the table says of a tag that was left as it was.
  case existing(Digest)

  package var phrase: Phrase {
    switch self {
    case .checking(let images): Phrase("Checking \(images, "image")", chinese: "正在检查 \(images) 个镜像")
    case .checked(let counts, let toCopy):
      Phrase(
        "Already present: \(counts.unchanged, "image"); to copy: \(toCopy)",
        chinese: "已存在 \(counts.unchanged) 个镜像；需要复制 \(toCopy) 个")
    case .passedOver(let key, let path, let line):
      Phrase(
        "'\(whole: path)', line \(line): '\(key)' has no effect here",
        chinese: "“\(whole: path)” 第 \(line) 行：“\(key)” 在此不起作用")
    case .madeProject(let project, let registry):
      Phrase("Created the project \(project) at \(registry)", chinese: "已在 \(registry) 创建项目 \(project)")
    case .copied(let image):
      Phrase(
        "Copied to \(image.entry.target): \(Self.digest(image))",
        chinese: "已复制到 \(image.entry.target)：\(Self.digest(image))")
    case .kept(let target, let existing):
      Phrase(
        "\(target) stays as it is: \(existing)", chinese: "\(target) 保持不变：\(existing)")
    case .failed(let target, let words):
      Phrase("Failed: \(target): \(words.english)", chinese: "失败：\(target)：\(words.chinese)")
    case .wouldCopy(let image, let cost):
      Phrase(
        "\(image.entry.target) would point to \(Self.digest(image)): \(ByteCount(cost.bytesToSend)) to send in \(cost.blobsToSend, "blob"), \(cost.blobsToMount) to mount",
        chinese:
          "\(image.entry.target) 将指向 \(Self.digest(image))：发送 \(cost.blobsToSend) 个数据块，\(ByteCount(cost.bytesToSend))；挂载 \(cost.blobsToMount) 个"
      )
    case .unchanged(let image):
      Phrase(
        "\(image.entry.target) is already present: \(Self.digest(image))",
        chinese: "\(image.entry.target) 已存在：\(Self.digest(image))")
    case .done(let result):
      Phrase(
        "Done: \(result.counts.copied) copied, \(result.counts.unchanged) unchanged, \(result.counts.kept) left as they are, \(result.counts.failed + result.counts.notTried) failed; \(ByteCount(result.bytesSent)) sent in \(ElapsedTime(result.elapsed))",
        chinese:
          "完成：复制 \(result.counts.copied) 个，未变 \(result.counts.unchanged) 个，保留 \(result.counts.kept) 个，失败 \(result.counts.failed + result.counts.notTried) 个；发送 \(ByteCount(result.bytesSent))，用时 \(ElapsedTime(result.elapsed))"
      )
    case .planned(let result, let cost):
      Phrase(
        "To copy: \(result.counts.planned, "image"); unchanged: \(result.counts.unchanged); to send: \(ByteCount(cost.bytesToSend)) (\(cost.bytesToSend) bytes) in \(cost.blobsToSend, "blob"); to mount: \(cost.blobsToMount)",
        chinese:
          "需要复制 \(result.counts.planned) 个镜像；未变 \(result.counts.unchanged) 个；发送 \(cost.blobsToSend) 个数据块，\(ByteCount(cost.bytesToSend))（\(cost.bytesToSend) 字节）；挂载 \(cost.blobsToMount) 个"
      )
    case .table(let images): Phrase("Not synchronized: \(images, "image")", chinese: "未同步的镜像：\(images) 个")
    case .keptLabel: Phrase("kept", chinese: "保留")
    case .failedLabel: Phrase("failed", chinese: "失败")
    case .notTriedLabel: Phrase("not tried", chinese: "未尝试")
    case .existing(let digest): Phrase("stands for \(digest)", chinese: "指向 \(digest)")
    }
  }

  private static func digest(_ image: SyncedImage) -> String { image.digest.map { "\($0)" } ?? "" }
}
