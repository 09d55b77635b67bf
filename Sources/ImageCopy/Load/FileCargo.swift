import BlobTransfer
import FileAccess
import ImageArchive
import ImageModel
import SystemPackage
import Waiting

/// An archive that goes to an engine byte for byte.
struct FileCargo: Sendable {
  private static let piece = 1 << 20
  private let content: StoredContent

  /// - Throws: ``LoadError/folderWithoutIndex(path:)`` for a folder; `ArchiveError`.
  init(_ archive: StoredArchive) throws {
    guard let content = try archive.whole else { throw LoadError.folderWithoutIndex(path: archive.path.string) }
    self.content = content
  }

  var size: Int64 { content.size }

  /// One bar for all of it; the digest is that of nothing, since nobody knows the file's own.
  var progress: BlobProgress { BlobProgress(digest: .hash([]), kind: .layer, size: size) }

  /// - Throws: `ArchiveError`; `Errno`; `CancellationError`.
  func write(to pipe: FileDescriptor, _ progress: @escaping @Sendable (Int64) -> Void) async throws {
    guard let file = try await Workers.current.run({ try content.open() }) else {
      throw FileError.fileReplaced(content.path)
    }
    var position: Int64 = 0
    while position < size {
      try Task.checkCancellation()
      let start = position
      position += try await Workers.current.run {
        try withUnsafeTemporaryAllocation(byteCount: Self.piece, alignment: 64) { buffer in
          let wanted = Int(min(Int64(Self.piece), size - start))
          let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
          let count = try content.read(from: file, at: start, into: part)
          guard count == wanted else { throw FileError.fileReplaced(content.path) }
          _ = try pipe.writeAll(UnsafeRawBufferPointer(part))
          return Int64(count)
        }
      }
      progress(position)
    }
  }
}
