import ArchiveTools
import BlobTransfer
import HTTPAccess
import ImageArchive
import ImageModel
import NIOCore
import NIOPosix
import RegistryClient
import Waiting

/// Writes an archive, or a range of one, in order into a stream that cannot be gone back in, such as a pipe: what the plan holds
/// itself, what is in memory or on disk, and what is fetched (``InOrderTransfer``).
///
/// A blob with the wrong digest ends the stream before the end-of-archive blocks that would make a reader take it for whole. Of a
/// blob that is written in part nothing is checked.
package struct OrderedStream: Sendable {
  let segments: [ArchivePlan.Segment]
  var known: [Digest: [UInt8]] = [:]
  /// Blobs that stand on disk, none of which is written in part.
  var stored: [Digest: StoredBlob] = [:]
  /// Best first, the origin last.
  let sources: [any BlobSource]
  let connections: Int
  var bytesPerSecond: Int64?
  let retrier: Retrier
  var limits = ReadAhead.Limits(longest: ReadAhead.longest)
  let sink: any ByteSink
  /// What ends the stream where a blob on disk is not what its digest says; nil where it is fetched then.
  var failure: @Sendable (StoredBlob) -> (any Error)? = { _ in nil }
  var observeSources: @Sendable (SourceBoard.News) -> Void = { _ in }
  var observe: @Sendable (StreamEvent) -> Void = { _ in }

  package enum StreamEvent: Sendable {
    /// Bytes below `position` have been written; `fetched` came over the network since the beginning.
    case received(Digest, position: Int64, fetched: Int64)
    case verified(Digest, BlobOrigin)
    /// What stands in this file is not the blob.
    case wrongCopy(Digest, path: String)
    case wrongBytes(Digest, source: String)
  }

  /// - Returns: bytes that came over the network.
  /// - Throws: `RegistryError`; what `sink` throws; what `failure` makes; `CancellationError`.
  package func run() async throws -> Int64 {
    let wanted = segments.compactMap { segment -> (blob: Descriptor, range: Range<Int64>)? in
      guard case .blob(let blob, let range) = segment, known[blob.digest] == nil else { return nil }
      return (blob, range)
    }
    let fetched = wanted.filter { stored[$0.blob.digest] == nil }
    // What stands on disk may turn out to be wrong, and is fetched then; it comes behind the others.
    let pool = SourcePool(
      sources, blobs: (fetched + wanted.filter { stored[$0.blob.digest] != nil }).map(\.blob.digest),
      connections: connections, bytesPerSecond: bytesPerSecond,
      isForSmallBlobs: fetched.allSatisfy { $0.blob.size < limits.assured }, retrier: retrier,
      observe: observeSources)
    let blobs = fetched.enumerated().map { number, wanted in
      OrderedBlob(wanted.blob, number: number, range: wanted.range == 0..<wanted.blob.size ? nil : wanted.range)
    }
    do {
      try await InOrderTransfer.run(
        blobs, from: pool, connections: connections, limits: limits, threads: Workers.current.pool, into: sink,
        observe: { event in
          switch event {
          case .passed(let blob, let position, let fetched):
            observe(.received(blob.digest, position: position, fetched: fetched))
          case .wrongBytes(let blob, let source): observe(.wrongBytes(blob.digest, source: source))
          }
        },
        body: { try await writeAll(by: $0, pool, count: blobs.count) })
    } catch let error as WrongBlob {
      throw RegistryError(error)
    }
    return pool.bytesFetched
  }

  private func writeAll(by transfer: InOrderTransfer, _ pool: SourcePool, count: Int) async throws {
    var (index, storedIndex) = (0, count)
    for segment in segments {
      try Task.checkCancellation()
      switch segment {
      case .bytes(let bytes): try await sink.write(ByteBuffer(bytes: bytes))
      case .blob(let blob, let range):
        if let bytes = known[blob.digest] {
          try await sink.write(ByteBuffer(bytes: bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
          observe(.received(blob.digest, position: blob.size, fetched: pool.bytesFetched))
          observe(.verified(blob.digest, .registry))
        } else if let stored = stored[blob.digest] {
          if try await passOn(stored, pool) {
            observe(.verified(blob.digest, .reused))
          } else {
            try await transfer.passAlone(OrderedBlob(blob, number: storedIndex))
            observe(.verified(blob.digest, .registry))
          }
          storedIndex += 1
        } else {
          try await transfer.pass(index)
          observe(.verified(blob.digest, .registry))
          index += 1
        }
      }
    }
  }

  /// Passes a blob on that stands on disk; false where it is to be fetched.
  private func passOn(_ stored: StoredBlob, _ pool: SourcePool) async throws -> Bool {
    let outcome = try await StoredBlobReader(stored).passOn(into: sink) {
      observe(.received(stored.digest, position: $0, fetched: pool.bytesFetched))
    }
    if case .passedOn = outcome { return true }
    if let error = failure(stored) { throw error }
    switch outcome {
    case .passedOn, .missing: return false
    case .wrong:
      observe(.wrongCopy(stored.digest, path: stored.path.string))
      return false
    }
  }
}
