import ImageCopy
import ImageModel

extension PushError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .noImage(let path):
      Phrase("'\(whole: path)' contains no image to push", chinese: "“\(whole: path)” 中没有可推送的镜像")
    case .severalImages(let path, let names):
      Phrase(
        "'\(whole: path)' contains several images, but only one name is given: \(whole: names.joined(separator: ", "))",
        chinese: "“\(whole: path)” 中有多个镜像，而只指定了一个名称：\(whole: names.joined(separator: "、"))")
    case .nameless(let digest, let path):
      Phrase(
        "the image \(digest) has no name and tag in '\(whole: path)', and gets none",
        chinese: "“\(whole: path)” 中的镜像 \(digest) 没有名称和标签，也没有为它指定")
    case .ambiguousTarget(let text, let names):
      Phrase(
        "'\(text)' may mean \(names.joined(separator: ", ")): a push needs the registry in the name of its target",
        chinese: "“\(text)” 可能指 \(names.joined(separator: "、"))：推送目标必须写明仓库")
    case .otherDigest(let wanted, let found):
      Phrase(
        "the image does not match the target's digest: expected \(wanted), the archive has \(found)",
        chinese: "镜像与目标指定的摘要不符：应为 \(wanted)，归档中是 \(found)")
    case .otherContent(let path, let names) where names.isEmpty:
      Phrase(
        "'\(whole: path)' is there, and is not an archive of these images: it is not replaced",
        chinese: "“\(whole: path)” 已存在，且不是这些镜像的归档：不会替换")
    case .otherContent(let path, let names):
      Phrase(
        "'\(whole: path)' is there with other images, and is not replaced: \(whole: names.joined(separator: ", "))",
        chinese: "“\(whole: path)” 已存在，其中有其他镜像，不会替换：\(whole: names.joined(separator: "、"))")
    case .unknownBeforeCompression:
      Phrase(
        "--dry-run cannot tell what layers become before they are compressed", chinese: "层在压缩之前无法得知结果，--dry-run 不能用于此")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .severalImages:
      Phrase(
        "choose one with --image NAME, or name all: below a path (REGISTRY/PATH/), on disk without --as or by a template (--as '{path}:{tag}')",
        chinese: "用 --image 名称 选择一个；或为全部镜像命名：放到某个路径下（仓库/路径/），目标在磁盘上时不写 --as 或使用模板（--as '{path}:{tag}'）")
    case .nameless:
      Phrase(
        "name it alone: REGISTRY/NAME:TAG as the target, or --as NAME:TAG for a target on disk; --image chooses it among several",
        chinese: "请单独为它指定名称：以 仓库/名称:标签 为目标；目标在磁盘上时用 --as 名称:标签；有多个镜像时用 --image 选择它")
    case .ambiguousTarget(_, let names):
      names.first.map {
        Phrase(
          "name the registry: \($0) (registries.conf lists several for short names; a target cannot be searched for)",
          chinese: "请写明仓库：\($0)（registries.conf 为短名称列出了多个仓库，而推送目标无法搜索）")
      }
    case .otherContent:
      Phrase(
        "the last argument is the target: name another one, or remove the file first",
        chinese: "最后一个参数是目标：请换一个目标，或先删除该文件")
    case .unknownBeforeCompression: Phrase("leave --layers out", chinese: "请去掉 --layers")
    case .noImage, .otherDigest: nil
    }
  }
}

extension CopyError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .incompleteIndex(let digest, let absent, let place):
      Phrase(
        "the image \(digest) has more platforms than '\(whole: place)' contains: it lacks \(absent.count, "manifest")",
        chinese: "镜像 \(digest) 的平台多于 “\(whole: place)” 所含的：缺少 \(absent.count) 个清单")
    case .documentMissing(let digest, let place):
      Phrase("'\(whole: place)' does not contain the manifest \(digest)", chinese: "“\(whole: place)” 中没有清单 \(digest)")
    case .document(let digest, let error):
      Phrase("the manifest \(digest): \(error.phrase.english)", chinese: "清单 \(digest)：\(error.phrase.chinese)")
    case .manifestTooLarge(let digest, let bytes, let limit, let target):
      Phrase(
        "\(target) accepts manifests of at most \(ByteCount(limit)), and the manifest \(digest) has \(ByteCount(bytes)): nothing was sent",
        chinese: "\(target) 只接受不超过 \(ByteCount(limit)) 的清单，而清单 \(digest) 为 \(ByteCount(bytes))：未发送任何数据")
    case .noSuchFormat(let digest, let layer):
      Phrase(
        "the image \(digest) has no Docker format: it has a layer of the type \(layer)",
        chinese: "镜像 \(digest) 无法转换为 Docker 格式：其中有类型为 \(layer) 的层")
    case .noSuchPlatform(let platform, let available):
      Phrase(
        "the image has no platform \(platform), only: \(whole: available.map(\.description).joined(separator: ", "))",
        chinese: "镜像没有平台 \(platform)，只有：\(whole: available.map(\.description).joined(separator: "、"))")
    case .emptyIndex(let digest):
      Phrase("nothing would be left of the index \(digest)", chinese: "索引 \(digest) 中将没有任何内容")
    case .blobsMissing(let digests, _, let place, let target):
      Phrase(
        "'\(whole: place)' omits \(digests.count, "blob"), and \(target) does not have them either: \(whole: Self.list(digests))",
        chinese: "“\(whole: place)” 略去了 \(digests.count) 个数据块，而 \(target) 也没有：\(whole: Self.list(digests))")
    case .wrongBytes(let digest, let place):
      Phrase(
        "'\(whole: place)' has corrupt content for \(digest)", chinese: "“\(whole: place)” 中 \(digest) 的内容不正确")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .noSuchFormat:
      Phrase(
        "leave --format out, or compress the layers anew: --layers gzip", chinese: "请不使用 --format，或重新压缩层：--layers gzip")
    case .manifestTooLarge:
      Phrase(
        "shorten the annotations, split the artifact, or build the image with fewer layers",
        chinese: "请缩短注解（annotation）、拆分制品，或减少镜像的层数")
    case .noSuchPlatform, .emptyIndex: nil
    case .incompleteIndex:
      Phrase(
        "choose one platform: --platform OS/ARCH; an archive of all platforms is pulled with --all-platforms",
        chinese: "可只推送一个平台：--platform 系统/架构；含全部平台的归档用 --all-platforms 拉取")
    case .blobsMissing(_, let bases, _, _) where !bases.isEmpty:
      Phrase(
        "push the base first (for a target on disk, name it as a source, too), or merge it with dray merge: \(whole: bases.joined(separator: ", "))",
        chinese: "请先推送基础镜像（目标在磁盘上时，把它也写为来源），或用 dray merge 合并：\(whole: bases.joined(separator: "、"))")
    case .blobsMissing, .documentMissing, .wrongBytes:
      Phrase("check the archive: dray verify ARCHIVE", chinese: "请检查归档：dray verify 归档")
    case .document: nil
    }
  }

  /// The first few.
  private static func list(_ digests: [Digest]) -> String {
    digests.prefix(5).map { "\($0)" }.joined(separator: ", ") + (digests.count > 5 ? ", …" : "")
  }
}
