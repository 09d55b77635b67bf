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

  private let blob: StoredBlob

  package init(_ blob: StoredBlob) {
    self.blob = blob
  }

  /// - Parameter progress: told how many bytes have been passed on.
  /// - Throws: `ArchiveError` where the file changed in between; what `sink` throws; `CancellationError`.
  package func passOn(into sink: any ByteSink, _ progress: (Int64) -> Void) async throws -> Outcome {
    guard let file = try await Workers.current.run({ try blob.open() }) else { return .missing }
    guard try await isRight(file) else { return .wrong }
    var hasher: DigestHasher? = DigestHasher(blob.digest.algorithm)
    guard try await blob.content.pass(0..<blob.size, of: file, digesting: &hasher, into: sink, passed: progress),
      hasher?.finalize() == blob.digest
    else { throw FileError.fileReplaced(blob.path) }
    return .passedOn
  }

  /// Whether the bytes are the blob.
  package func isRight() async throws -> Bool {
    guard let file = try await Workers.current.run({ try blob.open() }) else { return false }
    return try await isRight(file)
  }

  private func isRight(_ file: ArchiveBytes) async throws -> Bool {
    try await CancellationFlag.run { cancelled in
      var hasher = DigestHasher(blob.digest.algorithm)
      try hasher.update(0..<blob.size) { buffer, position in
        try cancelled.check()
        return try blob.read(from: file, at: position, into: buffer)
      }
      return hasher.finalize() == blob.digest
    }
  }
}
