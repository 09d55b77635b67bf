import BlobTransfer
import ImageArchive
import ImageModel
import NIOCore
import RegistryClient
import Waiting

/// An archive whose layout is known and whose bytes are read when they are wanted: all of them or a range, any number of
/// times. Nothing is kept on disk.
package struct PlannedArchive: Sendable {
  package let plan: ArchivePlan
  package let images: [PulledImage]
  /// Blobs that are in memory.
  private let known: [Digest: [UInt8]]
  private let sources: ArchiveSources
  private let connections: Int
  private let bytesPerSecond: Int64?
  private let retrier: Retrier

  init(
    _ found: FoundImages, plan: ArchivePlan, access: RegistryAccess, retrier: Retrier
  ) throws {
    self.plan = plan
    self.retrier = retrier
    images = found.pulled
    known = try found.known
    sources = ArchiveSources(found.asked, fetchesForeignLayers: access.fetchesForeignLayers)
    connections = access.network.connectionsPerHost
    bytesPerSecond = access.network.bytesPerSecond
  }

  /// Hands a range of the archive over, in order and all of it, and fetches no byte of a blob that lies outside of it.
  ///
  /// A blob that is read whole is checked: its last 64 KiB follow only once its digest is right. Of a blob that is read in
  /// part nothing can be checked.
  ///
  /// - Parameters:
  ///   - memory: for what is fetched ahead; shared by all that is read at the same time.
  /// - Throws: `RegistryError`; what `sink` throws; `CancellationError`.
  package func read(
    _ range: Range<Int64>, memory: ReadAheadMemory, into sink: any ByteSink
  ) async throws {
    let limits = ReadAhead.Limits.server(memory)
    let segments = plan.segments(in: range)
    let fetched = segments.compactMap { segment -> (blob: Descriptor, range: Range<Int64>)? in
      guard case .blob(let blob, let range) = segment, known[blob.digest] == nil else { return nil }
      return (blob, range)
    }
    let pool = SourcePool(
      sources.sources, blobs: fetched.map(\.blob.digest), connections: connections, bytesPerSecond: bytesPerSecond,
      isForSmallBlobs: fetched.allSatisfy { $0.blob.size < limits.assured }, retrier: retrier,
      observe: { sources.note($0) })
    let blobs = fetched.enumerated().map { number, wanted in
      wanted.range == 0..<wanted.blob.size
        ? OrderedBlob(wanted.blob, number: number) : OrderedBlob(wanted.blob, number: number, range: wanted.range)
    }
    do {
      try await InOrderTransfer.run(
        blobs, from: pool, connections: connections,
        limits: limits,
        threads: Workers.current.pool, into: sink
      ) { transfer in
        var next = 0
        for segment in segments {
          try Task.checkCancellation()
          switch segment {
          case .bytes(let bytes): try await sink.write(ByteBuffer(bytes: bytes))
          case .blob(let blob, let range):
            if let bytes = known[blob.digest] {
              try await sink.write(ByteBuffer(bytes: bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
            } else {
              try await transfer.pass(next)
              next += 1
            }
          }
        }
      }
    } catch let error as WrongBlob {
      throw RegistryError(error)
    }
  }
}

extension ImagePull {
  /// Finds out what the images of a request are, and where every byte of their archive stands: the bytes are those that
  /// ``run(_:observe:)`` would write for the same request. No layer is asked for.
  ///
  /// - Throws: `RegistryError`; ``ResolveError``; `ArchiveError`; of several images ``FailedImage``; `CancellationError`.
  package func planned(
    _ request: PullRequest, observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> PlannedArchive {
    let found = try await find(
      request, output: nil, shelf: BlobShelf(), isPreview: true, asksForConfigs: true, warn: observe)
    return try PlannedArchive(
      found, plan: try ArchivePlan(images: found.archived(request), form: request.form), access: access,
      retrier: retrier)
  }
}
