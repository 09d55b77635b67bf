import NIOPosix
import Synchronization

/// Blobs that are copied while others are fetched.
///
/// A copied blob counts when its digest is right, as every other does. One that is not to be had, or is wrong, is
/// given up, and then fetched as if it had never been there.
final class BlobCopies: Sendable {
  /// How much is copied between two looks at whether to go on, in bytes.
  private static let piece: Int64 = 16 << 20

  /// By the index of the blob.
  private let copies: [Int: BlobCopy]
  private let givenUp = Mutex<Set<Int>>([])

  init(_ copies: [Int: BlobCopy]) {
    self.copies = copies
  }

  /// The blobs that are copied and not fetched, in order.
  var pending: [Int] {
    givenUp.withLock { givenUp in copies.keys.filter { !givenUp.contains($0) }.sorted() }
  }

  /// Whether a blob is copied and not fetched.
  func contains(_ index: Int) -> Bool { copies[index] != nil && !givenUp.withLock { $0.contains(index) } }

  /// Says that a blob is not to be had here.
  ///
  /// - Returns: the place that it was to come from, the first time.
  func giveUp(_ index: Int) -> String? {
    givenUp.withLock { $0.insert(index).inserted } ? copies[index]?.place : nil
  }

  /// Copies what a blob lacks.
  ///
  /// - Parameter placed: told what is in its place.
  /// - Returns: false where the bytes are not there, or no more.
  /// - Throws: what the copy throws; `CancellationError`; what `placed` throws.
  func copy(
    _ index: Int, _ blob: PlacedBlob, on pool: NIOThreadPool,
    placed: @escaping @Sendable (Range<Int64>, PlacedBlob.FollowUp) throws -> Void
  ) async throws -> Bool {
    guard let source = copies[index] else { return false }
    let generation = blob.generation
    let pieces = blob.written.missing(in: 0..<blob.descriptor.size).flatMap { gap in
      stride(from: gap.lowerBound, to: gap.upperBound, by: Int64.Stride(Self.piece)).map {
        $0..<min($0 + Self.piece, gap.upperBound)
      }
    }
    guard let copy = try await pool.runIfActive({ try source.open() }) else { return false }
    for piece in pieces {
      try Task.checkCancellation()
      let isWhole = try await pool.runIfActive {
        guard try copy(piece) else { return false }
        try placed(piece, blob.placed(piece, generation: generation))
        return true
      }
      guard isWhole else { return false }
    }
    return true
  }
}
