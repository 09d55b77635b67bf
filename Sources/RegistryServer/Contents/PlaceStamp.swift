import ImageArchive
import SystemPackage

/// Tells whether what stands at a path is still what it was: device, inode, size and time of change of its files.
struct PlaceStamp: Sendable, Hashable {
  /// As many as an archive may have volumes.
  private static let volumeLimit = 999

  private let files: [FileIdentity]

  /// Nil where nothing is there.
  ///
  /// - Parameter further: files of a folder, such as what it lacks; nothing else that its documents name is looked at.
  init?(_ path: FilePath, with further: Set<FilePath> = []) {
    guard let status = try? path.stat() else { return nil }
    if status.type == .directory {
      let documents = ["index.json", "manifest.json", "referrers.json"].map { path.appending($0) }
      files = (documents + further.sorted { $0.string < $1.string }).flatMap(Self.files)
    } else if path.string.hasSuffix(".001") {
      let stem = path.string.dropLast(3)
      var all: [FileIdentity] = []
      for number in 1...Self.volumeLimit {
        let digits = "\(number)"
        let found = Self.files(of: FilePath(stem + String(repeating: "0", count: 3 - digits.count) + digits))
        if found.isEmpty { break }
        all += found
      }
      files = all
    } else {
      files = Self.files(of: path)
    }
  }

  /// Whether the same files were written to, and no others have taken their place.
  func isRewritten(since former: PlaceStamp) -> Bool {
    self != former && zip(files, former.files).contains { $0.isSameFile(as: $1) }
  }

  private static func files(of path: FilePath) -> [FileIdentity] {
    (try? path.stat()).map { [FileIdentity($0)] } ?? []
  }
}
