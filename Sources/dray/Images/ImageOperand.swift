import DrayMessages
import ImageArchive
import ImageModel
import SystemPackage

/// What a command line names: an archive on disk, or an image in a registry.
///
/// What is there as a file, or as the folder of an image layout, is an archive; and what can only be meant as a path, or
/// ends like the name of an archive, is never anything else, so that a missing file is told as one. A slash behind a name
/// makes no file of it.
enum ImageOperand: Sendable, Hashable {
  case archive(FilePath)
  /// As it was typed: what it means, configuration may say.
  case reference(String)

  init(_ text: String) {
    self = Self.looksLikePath(text) || Self.isArchive(text) ? .archive(FilePath(text)) : .reference(text)
  }

  /// The path of the archive that is meant; nil where it is a name.
  var archive: FilePath? {
    if case .archive(let path) = self { path } else { nil }
  }

  /// Whether a text is meant as a path even where nothing is there: no reference begins or ends like this.
  static func looksLikePath(_ text: String) -> Bool {
    let beginnings = ["/", "./", "../", "~"]
    let endings = [".tar", ".tar.001", ".tgz", ".tar.gz", ".tar.zst", ".tar.xz", ".tar.bz2"]
    let name = text.lowercased()
    return text == "-" || text == "." || text == ".." || beginnings.contains { text.hasPrefix($0) }
      || endings.contains { name.hasSuffix($0) }
  }

  /// Whether a text is meant as the path of an archive that is there.
  static func isArchivePath(_ text: String) -> Bool { looksLikePath(text) && isArchive(text) }

  /// Opens an archive.
  ///
  /// - Throws: what `open` throws; ``UsageError/fileOfThatName(_:image:)`` where the file has the name of an image that may
  ///   have been meant.
  static func opened<Archive>(_ open: () async throws -> Archive) async throws -> Archive {
    do { return try await open() } catch { throw explained(error) }
  }

  private static func explained(_ error: any Error) -> any Error {
    guard case .unreadable(let path, .notAnArchive)? = error as? ArchiveError, !looksLikePath(path.string),
      let image = try? ImageReference(parsing: path.string)
    else { return error }
    let name = path.string.contains(":") ? image.qualifiedName : image.qualifiedRepository
    return UsageError.fileOfThatName(path.string, image: name)
  }

  private static func isArchive(_ text: String) -> Bool {
    let path = FilePath(text)
    // The path has no slash at its end any more.
    if text.hasSuffix("/"), (try? path.stat())?.type != .directory { return false }
    return StoredArchive.mayStand(at: path)
  }
}
