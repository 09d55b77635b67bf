import BlobTransfer
import HTTPAccess
import ImageArchive
import ImageContents
import ImageModel
import RegistryClient
import Waiting

/// The layers of an image in a registry, fetched one after another, each over several connections.
struct RemoteLayers: LayerSource {
  let sources: [any BlobSource]
  let connections: Int
  let bytesPerSecond: Int64?
  let retrier: Retrier
  /// What descriptors carry inline.
  let known: [Digest: [UInt8]]
  let observeSources: @Sendable (SourceBoard.News) -> Void

  func fetch(
    _ layer: Descriptor, write: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
  ) async throws {
    let stream = OrderedStream(
      plan: ArchivePlan(blob: layer), known: known, stored: [:], sources: sources, connections: connections,
      bytesPerSecond: bytesPerSecond, retrier: retrier,
      sink: BlockingSink(on: Workers.current.pool, write)
    ) { event in
      if case .sources(let news) = event { observeSources(news) }
    }
    _ = try await stream.run()
  }
}
