import ImageArchive
import ImageModel
import SystemPackage

/// What a command line names: an archive on disk, or an image in a registry.
enum ImageOperand: Sendable, Hashable {
  case archive(FilePath)
  case reference(ImageReference)

  /// What exists as a file, or as the folder of an image layout, is an archive; and what looks like a path or like the
  /// name of one is never anything else.
  ///
  /// - Throws: `ImageReferenceError`.
  init(parsing text: String) throws(ImageReferenceError) {
    let path = FilePath(text)
    if Self.looksLikePath(text) || StoredArchive.mayStand(at: path) {
      self = .archive(path)
    } else {
      self = .reference(try ImageReference(parsing: text))
    }
  }

  private static func looksLikePath(_ text: String) -> Bool {
    let beginnings = ["/", "./", "../", "~"]
    let endings = [".tar", ".tar.001", ".tgz", ".tar.gz", ".tar.zst", ".tar.xz", ".tar.bz2"]
    return text == "." || text == ".." || beginnings.contains { text.hasPrefix($0) }
      || endings.contains { text.hasSuffix($0) }
  }
}
