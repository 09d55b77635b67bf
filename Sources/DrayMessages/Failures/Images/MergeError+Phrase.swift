import ArchiveTools
import ImageCopy
import ImageModel

extension MergeError: ExplainedError {
  /// How many blobs are named.
  private static let shownBlobs = 3

  package var phrase: Phrase {
    switch self {
    case .nothingToMerge:
      Phrase("no layer is missing in these archives: there is nothing to merge", chinese: "这些归档都不缺少层，无需合并")
    case .noManifest(let path):
      Phrase(
        "'\(whole: path)' contains no image manifests", chinese: "“\(whole: path)” 中没有镜像的清单")
    case .missing(let blobs, _):
      Phrase(
        "none of these archives contains \(whole: Self.list(blobs))", chinese: "这些归档中都没有 \(whole: Self.list(blobs))")
    case .wrongBlob(let digest, let path):
      Phrase(
        "'\(whole: path)' has corrupt content for \(digest)", chinese: "“\(whole: path)” 中的 \(digest) 内容有误")
    case .outputIsInput(let path):
      Phrase(
        "the result would overwrite its input '\(whole: path)'",
        chinese: "结果会覆盖用来合并的 “\(whole: path)”")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .missing(_, let bases) where !bases.isEmpty:
      Phrase(
        "add the archive of the base: \(whole: bases.joined(separator: ", "))",
        chinese: "请一并指定基础镜像的归档：\(whole: bases.joined(separator: "、"))")
    case .outputIsInput: Phrase("name another file with -o", chinese: "请用 -o 指定其他文件")
    case .nothingToMerge, .noManifest, .missing, .wrongBlob: nil
    }
  }

  private static func list(_ blobs: [Digest]) -> String {
    blobs.prefix(shownBlobs).map(\.description).joined(separator: ", ")
      + (blobs.count > shownBlobs ? " (+\(blobs.count - shownBlobs))" : "")
  }
}
