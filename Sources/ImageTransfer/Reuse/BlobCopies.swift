import ImageArchive
import Synchronization
import Waiting

/// Blobs that stand on disk already, on their way into an archive: copied while others are fetched.
///
/// A copied blob counts when its digest is right, as every other does. One that is not to be had, or is wrong, is
/// given up, and then fetched as if it had never been there.
package final class BlobCopies: Sendable {
  /// How much is copied between two looks at whether to go on, in bytes.
  static let piece: Int64 = 16 << 20

  /// By the index of the blob.
  private let stored: [Int: StoredBlob]
  private let givenUp = Mutex<Set<Int>>([])

  package init(_ stored: [Int: StoredBlob]) {
    self.stored = stored
  }

  /// The blobs that are copied and not fetched, in order.
  package var pending: [Int] {
    givenUp.withLock { givenUp in stored.keys.filter { !givenUp.contains($0) }.sorted() }
  }

  /// The file that a blob comes from; nil where it is fetched.
  package func source(of index: Int) -> StoredBlob? {
    givenUp.withLock { $0.contains(index) } ? nil : stored[index]
  }

  /// Says that a blob is not to be had here.
  ///
  /// - Returns: the file that it was to come from, the first time.
  package func giveUp(_ index: Int) -> StoredBlob? {
    givenUp.withLock { $0.insert(index).inserted } ? stored[index] : nil
  }

  /// Copies what a blob lacks, on a thread that may block.
  ///
  /// - Parameter placed: told what is in its place.
  /// - Returns: false where the file is gone, is another one by now, or is shorter than it was.
  /// - Throws: `ArchiveError`; `CancellationError`; what `placed` throws.
  func copy(
    _ index: Int, _ blob: BlobInFlight, placed: @escaping @Sendable (Range<Int64>, BlobInFlight.FollowUp) throws -> Void
  ) async throws -> Bool {
    guard let source = stored[index] else { return false }
    let generation = blob.generation
    let pieces = blob.written.missing(in: 0..<blob.descriptor.size).flatMap { gap in
      stride(from: gap.lowerBound, to: gap.upperBound, by: Int64.Stride(Self.piece)).map {
        $0..<min($0 + Self.piece, gap.upperBound)
      }
    }
    let file = try await Workers.current.run { (try? source.open()) ?? nil }
    guard let file else { return false }
    for piece in pieces {
      try Task.checkCancellation()
      let isWhole = try await Workers.current.run {
        let count = try blob.archive.copy(source, from: file, piece, to: blob.offset)
        guard count == Int64(piece.count) else { return false }
        try placed(piece, blob.placed(piece, generation: generation))
        return true
      }
      guard isWhole else { return false }
    }
    return true
  }
}
