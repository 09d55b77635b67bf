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
  /// Of `--prune`: a name of the list could not be asked about.
  case prunesNothing
  case spared(TagPruning.Spared)
  case wouldDelete(ImageReference, Digest)
  case pruneQuestion(tags: Int)
  case pruneDeclined
  case deletedTag(ImageReference, Digest)
  case changedTag(ImageReference)
  case notDeleted(ImageReference, Phrase, hint: Phrase?)
  case prunedTags(deleted: Int, of: Int)

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
    case .prunesNothing:
      Phrase(
        "no tags are deleted: it is not known what all names of the list stand for",
        chinese: "不删除任何标签：列表中有名称无法解析")
    case .spared(let spared): Self.spared(spared)
    case .wouldDelete(let tag, let digest):
      Phrase("\(tag) would be deleted: it points to \(digest)", chinese: "将删除 \(tag)：指向 \(digest)")
    case .pruneQuestion(let tags):
      Phrase("Delete \(tags, "tag")? [y/N]", chinese: "删除这 \(tags) 个标签吗？[y/N]")
    case .pruneDeclined: Phrase("No tags were deleted", chinese: "未删除任何标签")
    case .deletedTag(let tag, let digest):
      Phrase("Deleted \(tag): it pointed to \(digest)", chinese: "已删除 \(tag)：原指向 \(digest)")
    case .changedTag(let tag):
      Phrase(
        "\(tag) stays: it was changed in the meantime", chinese: "保留 \(tag)：其指向刚刚发生变化")
    case .notDeleted(let tag, let words, let hint):
      Phrase(
        "Not deleted: \(tag): \(words.english)\(whole: hint.map { " (\($0.english.text))" } ?? "")",
        chinese: "未删除：\(tag)：\(words.chinese)\(whole: hint.map { "（\($0.chinese.text)）" } ?? "")")
    case .prunedTags(let deleted, let count):
      Phrase("Deleted tags: \(deleted) of \(count)", chinese: "已删除标签：\(deleted)/\(count)")
    }
  }

  private static func spared(_ spared: TagPruning.Spared) -> Phrase {
    let name = spared.repository.qualifiedRepository
    return switch spared.reason {
    case .failedImages:
      Phrase(
        "the tags of \(name) stay: not all of its images were synchronized", chinese: "保留 \(name) 的标签：其镜像未全部同步")
    case .digestAlone:
      Phrase(
        "the tags of \(name) stay: the list names an image of it by digest, without a tag",
        chinese: "保留 \(name) 的标签：列表只用摘要指定了其中的镜像")
    case .isSource:
      Phrase("the tags of \(name) stay: images are read from it", chinese: "保留 \(name) 的标签：它也是镜像来源")
    case .unlisted(let error):
      Phrase(
        "the tags of \(name) stay: \(FailureReport(error).summary.english)",
        chinese: "保留 \(name) 的标签：\(FailureReport(error).summary.chinese)")
    }
  }

  private static func digest(_ image: SyncedImage) -> String { image.digest.map { "\($0)" } ?? "" }
}
