import BlobTransfer
import ImageArchive
import ImageModel
import RegistryClient
import Waiting

/// An archive whose layout is known and whose bytes are read when they are wanted: all of them or a range, any number of
/// times. Nothing is kept on disk.
package struct PlannedArchive: Sendable {
  package let plan: ArchivePlan
  package let images: [PulledImage]
  /// Blobs that are in memory.
  let known: [Digest: [UInt8]]
  let sources: ArchiveSources
  let access: RegistryAccess
  let retrier: Retrier

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
    try await read(plan.segments(in: range), memory, into: sink)
  }

  /// The same of one of its blobs.
  package func read(
    _ blob: Descriptor, _ range: Range<Int64>, memory: ReadAheadMemory, into sink: any ByteSink
  ) async throws {
    try await read([.blob(blob, range)], memory, into: sink)
  }

  /// Whether a blob need not be fetched.
  package func isInMemory(_ digest: Digest) -> Bool { known[digest] != nil }

  private func read(
    _ segments: [ArchivePlan.Segment], _ memory: ReadAheadMemory, into sink: any ByteSink
  ) async throws {
    _ = try await OrderedStream(
      segments: segments, known: known, sources: sources.sources,
      connections: access.network.connectionsPerHost, bytesPerSecond: access.network.bytesPerSecond, retrier: retrier,
      limits: .server(memory), sink: sink, observeSources: sources.note
    ).run()
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
    return PlannedArchive(
      plan: try ArchivePlan(images: found.archived(request), form: request.form), images: found.pulled,
      known: try found.known,
      sources: ArchiveSources(found.asked, fetchesForeignLayers: access.fetchesForeignLayers), access: access,
      retrier: retrier)
  }
}
