import ImageArchive
import ImageModel

extension ArchiveError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .file(let error): error.phrase
    case .archiveTooLarge:
      Phrase("the archive would be larger than any disk can hold", chinese: "归档大小超出任何磁盘的容量")
    case .conflictingSizes(let digest):
      Phrase("two images give different sizes for \(digest)", chinese: "两个镜像为 \(digest) 给出了不同的大小")
    case .documentSizeDiffers(let digest, let expected, let actual):
      Phrase(
        "the manifest \(digest) has \(actual) bytes and should have \(expected)",
        chinese: "清单 \(digest) 有 \(actual) 字节，应为 \(expected) 字节")
    case .tooManyVolumes(let path, let count, let limit):
      Phrase(
        "'\(whole: path.string)' would be one of \(count) volumes; at most \(limit) are allowed",
        chinese: "“\(whole: path.string)” 将有 \(count) 卷，最多 \(limit) 卷")
    case .notALayout(let path):
      Phrase(
        "'\(whole: path.string)' contains files that do not belong to an OCI image layout",
        chinese: "“\(whole: path.string)” 中有其他内容，不是 OCI 镜像布局")
    case .unfinishedPull(let path, let images) where images.isEmpty:
      Phrase(
        "'\(whole: path.string)' holds the data of an interrupted pull or copy",
        chinese: "“\(whole: path.string)” 中有中断的拉取或复制已写入的内容")
    case .unfinishedPull(let path, let images):
      Phrase(
        "'\(whole: path.string)' holds what an interrupted pull or copy has brought of \(images.sorted().joined(separator: ", "))",
        chinese: "“\(whole: path.string)” 中有中断的拉取或复制已写入的内容：\(images.sorted().joined(separator: "、"))")
    case .unreadable(let path, let fault): fault.phrase(of: path)
    case .noImages, .noManifest, .severalImages, .noSuchImage, .noSuchPlatform: choicePhrase
    }
  }

  package var hint: Phrase? {
    switch self {
    case .file(let error): error.hint
    case .tooManyVolumes: Phrase("use a larger size for --split", chinese: "请为 --split 指定更大的值")
    case .notALayout:
      Phrase("name an empty folder, or one that does not exist yet", chinese: "请指定空目录或尚不存在的目录")
    case .unfinishedPull:
      Phrase(
        "run that command again to complete it, remove the file, or name another one",
        chinese: "请再次运行该命令以完成它，或删除该文件，或指定其他文件")
    case .unreadable(let path, let fault): fault.hint(of: path)
    case .noImages, .noManifest, .severalImages, .noSuchImage, .noSuchPlatform: choiceHint
    case .archiveTooLarge, .conflictingSizes, .documentSizeDiffers: nil
    }
  }
}
