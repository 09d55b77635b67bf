import FileAccess
import ImageArchive
import ImageModel
import Waiting

/// Passes a blob that stands on disk on into a stream.
///
/// What a stream was given cannot be taken back, so the bytes are digested once before the first of them is passed on,
/// and once more on their way.
package struct StoredBlobReader: Sendable {
  package enum Outcome: Sendable {
    case passedOn
    /// The file is gone, or is another one by now. Nothing was passed on.
    case missing
    /// The bytes are not the blob. Nothing was passed on.
    case wrong
  }

  private static let piece = 1 << 20
  private let blob: StoredBlob

  package init(_ blob: StoredBlob) {
    self.blob = blob
  }

  /// - Parameter progress: told how many bytes have been passed on.
  /// - Throws: `ArchiveError` where the file changed in between; what `write` throws; `CancellationError`.
  package func passOn(
    _ write: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void,
    _ progress: @escaping @Sendable (Int64) -> Void
  ) async throws -> Outcome {
    guard let file = try await Workers.current.run({ try blob.open() }) else { return .missing }
    guard try await digest(of: file, { _, _ in }) == blob.digest else { return .wrong }
    let found = try await digest(of: file) { bytes, end in
      try write(bytes)
      progress(end)
    }
    guard found == blob.digest else { throw FileError.fileReplaced(blob.path) }
    return .passedOn
  }

  /// Whether the bytes are the blob.
  package func isRight() async throws -> Bool {
    guard let file = try await Workers.current.run({ try blob.open() }) else { return false }
    return try await digest(of: file) { _, _ in } == blob.digest
  }

  /// - Parameter body: told each piece, and where it ends in the blob.
  private func digest(
    of file: ArchiveBytes, _ body: @escaping @Sendable (UnsafeRawBufferPointer, Int64) throws -> Void
  ) async throws -> Digest {
    var hasher = DigestHasher(blob.digest.algorithm)
    var position: Int64 = 0
    while position < blob.size {
      try Task.checkCancellation()
      let (start, before) = (position, hasher)
      (hasher, position) = try await Workers.current.run {
        var hasher = before
        let wanted = Int(min(Int64(Self.piece), blob.size - start))
        let count = try withUnsafeTemporaryAllocation(byteCount: wanted, alignment: 64) { buffer in
          let count = try blob.read(from: file, at: start, into: buffer)
          let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
          hasher.update(bytes)
          if count == wanted { try body(bytes, start + Int64(count)) }
          return count
        }
        // A file that has become shorter has another digest.
        return (hasher, count == wanted ? start + Int64(count) : blob.size)
      }
    }
    return hasher.finalize()
  }
}
