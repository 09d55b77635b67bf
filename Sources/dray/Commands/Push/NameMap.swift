import FileAccess
import SystemPackage

/// What names became, as `--map-file` writes it.
struct NameMap: Sendable {
  struct Entry: Encodable, Sendable {
    /// Nil for an image that had none.
    let from: String?
    let to: String
    let digest: String
  }

  let entries: [Entry]

  /// - Throws: `ArchiveError`.
  func write(to path: String) throws {
    try FilePlace(FilePath(path)).write(Array(JSONLine.text(entries).utf8))
  }
}
