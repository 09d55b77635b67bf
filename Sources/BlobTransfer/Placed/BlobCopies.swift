import NIOPosix
import Synchronization

/// Blobs that are copied while others are fetched.
///
/// A copied blob counts when its digest is right, as every other does. A copy that is not to be had, or is wrong, is given up:
/// then the blob's next copy serves, or it is fetched as if there had never been one.
final class BlobCopies: Sendable {
  /// How much is copied between two looks at whether to go on, in bytes.
  private static let piece: Int64 = 8 << 20

  /// By the index of the blob, best first.
  private let copies: [Int: [BlobCopy]]
  /// How many copies of each blob have been given up.
  private let givenUp = Mutex<[Int: Int]>([:])

  init(_ copies: [Int: [BlobCopy]]) {
    self.copies = copies.filter { !$0.value.isEmpty }
  }

  /// The blobs that are copied and not fetched.
  var pending: [Int] { copies.keys.filter { contains($0) } }

  /// Whether a blob is copied and not fetched.
  func contains(_ index: Int) -> Bool { copy(index) != nil }

  private func copy(_ index: Int) -> BlobCopy? {
    copies[index].flatMap { $0.dropFirst(givenUp.withLock { $0[index, default: 0] }).first }
  }

  /// Gives up the copy of a blob that was used last.
  ///
  /// - Returns: the place that it came from; nil where the blob has no copy left.
  /// - Throws: the copy's failure, where there is nothing else to take the blob from.
  func giveUp(_ index: Int, _ fault: BlobCopy.Fault) throws -> String? {
    guard let copy = copy(index) else { return nil }
    givenUp.withLock { $0[index, default: 0] += 1 }
    if !contains(index), let failure = copy.failure { throw failure(fault) }
    return copy.place
  }

  /// Copies what a blob lacks.
  ///
  /// - Parameter placed: told what is in its place.
  /// - Returns: why the bytes are not there, or no more; nil where they are.
  /// - Throws: what the copy throws; `CancellationError`; what `placed` throws.
  func copy(
    _ index: Int, _ blob: PlacedBlob, on pool: NIOThreadPool,
    placed: @escaping @Sendable (Range<Int64>, PlacedBlob.FollowUp) throws -> Void
  ) async throws -> BlobCopy.Fault? {
    guard let source = copy(index) else { return .gone }
    let generation = blob.generation
    let pieces = blob.written.missing(in: 0..<blob.descriptor.size).flatMap { gap in
      stride(from: gap.lowerBound, to: gap.upperBound, by: Int64.Stride(Self.piece)).map {
        $0..<min($0 + Self.piece, gap.upperBound)
      }
    }
    guard let copy = try await pool.runIfActive({ try source.open() }) else { return .gone }
    for piece in pieces {
      try Task.checkCancellation()
      let isWhole = try await pool.runIfActive {
        guard try copy(piece) else { return false }
        try placed(piece, blob.placed(piece, generation: generation))
        return true
      }
      guard isWhole else { return .truncated }
    }
    return nil
  }
}
