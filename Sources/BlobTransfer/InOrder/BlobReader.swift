import ImageModel
import NIOPosix
import Synchronization
import Waiting

/// Reads ranges of blobs in order, ahead of who takes them, over several connections and from any of several sources. What is
/// read at the same time shares connections, patience and memory.
package final class BlobReader: Sendable {
  /// Bytes that are asked for at once. Small, so that many blobs at the same time need little memory together.
  package static let piece: Int64 = 2 << 20
  /// What may be read ahead for all blobs of a copy: a piece for each of eight connections.
  package static let window: Int64 = 8 * piece

  private let pool: SourcePool
  private let connections: Int
  private let limits: ReadAhead.Limits
  private let threads: NIOThreadPool
  private let numbers = Mutex<[Digest: Int]>([:])
  /// How often which blobs came with wrong bytes.
  private let wrong = Mutex<[Digest: Int]>([:])

  /// - Parameters:
  ///   - sources: of the same blobs, best first.
  ///   - connections: for all that is read at the same time.
  ///   - bytesPerSecond: from all sources together; nil for no limit.
  ///   - threads: may wait.
  ///   - observe: told what becomes of the sources.
  package init(
    _ sources: [any BlobSource], connections: Int, bytesPerSecond: Int64? = nil, limits: ReadAhead.Limits,
    retrier: Retrier, threads: NIOThreadPool, observe: @escaping @Sendable (SourceBoard.News) -> Void = { _ in }
  ) {
    self.connections = connections
    self.limits = limits
    self.threads = threads
    pool = SourcePool(
      sources, blobs: [], connections: connections, bytesPerSecond: bytesPerSecond, isForSmallBlobs: false,
      retrier: retrier, observe: observe)
  }

  /// What a copy reads ahead, in memory that all its blobs share.
  package static func limits(_ memory: ReadAheadMemory) -> ReadAhead.Limits {
    ReadAhead.Limits(piece: piece, longest: ReadAhead.longest, memory: memory)
  }

  /// Hands a range of a blob over, in order and all of it. Nothing is checked.
  ///
  /// - Throws: ``RetriableFailure``; what `sink` throws; `CancellationError`.
  package func read(_ blob: Descriptor, _ range: Range<Int64>, into sink: any ByteSink) async throws {
    try await read(OrderedBlob(blob, number: number(of: blob), range: range), into: sink)
  }

  /// Hands a whole blob over, in order: its last bytes once its digest is right. One that is small comes again where it is
  /// wrong, from another source if there is one.
  ///
  /// - Throws: ``WrongBlob``; ``RetriableFailure``; what `sink` throws; `CancellationError`.
  package func readChecked(_ blob: Descriptor, into sink: any ByteSink) async throws {
    try await read(OrderedBlob(blob, number: number(of: blob)), into: sink)
  }

  private func read(_ blob: OrderedBlob, into sink: any ByteSink) async throws {
    guard !blob.range.isEmpty else { return }
    let pieces = Int(clamping: (blob.range.upperBound - blob.range.lowerBound - 1) / limits.piece + 1)
    try await InOrderTransfer.run(
      [blob], from: pool, connections: min(connections, pieces), limits: limits, threads: threads, into: sink
    ) { try await $0.pass(0) }
  }

  /// Notes that a blob came with wrong bytes: who may have sent them is not asked for it again where others have it.
  ///
  /// - Returns: the numbers of these sources; nil where it is of no use to read the blob again. Each source may be wrong once; a
  ///   single one gets a second chance.
  package func wrongBytes(of blob: Descriptor) -> [Int]? {
    let number = number(of: blob)
    let (blamed, count) = pool.withBoard { ($0.wrongBytes(of: number), $0.count(for: number)) }
    let tries = wrong.withLock { wrong in
      wrong[blob.digest, default: 0] += 1
      return wrong[blob.digest] ?? 0
    }
    return tries <= count ? blamed : nil
  }

  private func number(of blob: Descriptor) -> Int {
    numbers.withLock { numbers in
      let number = numbers[blob.digest] ?? numbers.count
      // A single source is asked whatever the blob.
      if pool.sources.count > 1 { numbers[blob.digest] = number }
      return number
    }
  }
}
