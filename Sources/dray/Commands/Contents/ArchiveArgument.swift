import FoundationEssentials
import SystemPackage

/// Tells archives from registries and images, where a command takes either.
///
/// What is there as a file, or as a folder with an image layout in it, is an archive; so is what can only be meant as a
/// path, or ends like the name of an archive, so that a missing file is told as one. `localhost/` is a registry even
/// where there is a file `localhost`.
enum ArchiveArgument {
  /// The path of the archive that is meant; nil where it is a name.
  static func path(_ text: String) -> FilePath? {
    let isPath = ["/", "./", "../"].contains { text.hasPrefix($0) } || text == "." || text == ".."
    return isPath || hasArchiveName(text) || isArchive(text) ? FilePath(text) : nil
  }

  private static func hasArchiveName(_ text: String) -> Bool {
    let name = text.lowercased()
    return [".tar", ".tar.001", ".tar.gz", ".tgz", ".tar.zst"].contains { name.hasSuffix($0) }
  }

  private static func isArchive(_ text: String) -> Bool {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: text, isDirectory: &isFolder) else { return false }
    guard isFolder else { return true }
    return ["oci-layout", "index.json", "manifest.json"].contains {
      FileManager.default.fileExists(atPath: "\(text)/\($0)")
    }
  }
}

/// What `dray cat` takes: an archive and a path in its image, `nginx.tar:/etc/passwd`.
struct ArchivedPath: Hashable {
  let archive: FilePath
  let path: String

  /// - Throws: ``ContentsUsageError/noPath(_:)``.
  init(parsing text: String) throws(ContentsUsageError) {
    let colons = text.indices.filter { text[$0] == ":" }
    // The name of a file may have colons of its own.
    let split = colons.first { FileManager.default.fileExists(atPath: String(text[..<$0])) } ?? colons.first
    guard let split, split > text.startIndex, text.index(after: split) < text.endIndex else { throw .noPath(text) }
    archive = FilePath(String(text[..<split]))
    path = String(text[text.index(after: split)...])
  }
}
