import BlobTransfer
import HTTPAccess
import ImageArchive
import ImageModel
import RegistryClient
import Waiting

/// Single documents and blobs of repositories, for a server that keeps what it is asked for.
extension ImagePull {
  /// The manifest or the index that a reference names, whatever it describes.
  ///
  /// - Throws: `RegistryError`; ``ResolveError``; `ConfigurationError`; `CancellationError`.
  package func document(
    _ reference: ImageReference, observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> ImageDocument {
    let resolver = ImageResolver(sources: try ImageSources(reference, by: door, observe: observe))
    return try await resolver.document(.init(reference)).archived
  }

  /// How large a blob is; nil where the registry does not have it, or does not say.
  ///
  /// - Throws: `RegistryError`; `ConfigurationError`; `CancellationError`.
  package func size(
    of blob: Digest, in reference: ImageReference, observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> Int64? {
    try await ImageSources(reference, by: door, observe: observe).first { client, endpoint in
      try await client.blobSize(blob, in: endpoint.repository)
    }
  }

  /// Hands a range of a blob over, in order. All of a blob is checked: its last 64 KiB follow once its digest is right.
  ///
  /// - Parameter reference: of the repository that has it.
  /// - Throws: `RegistryError`; `ConfigurationError`; what `sink` throws; `CancellationError`.
  package func read(
    _ blob: Descriptor, _ range: Range<Int64>, in reference: ImageReference, memory: ReadAheadMemory,
    into sink: any ByteSink, observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws {
    guard !range.isEmpty else { return }
    let store = MirroredStore(
      try ImageSources(reference, by: door, observe: observe), access, limits: .server(memory), retrier: retrier)
    if range == 0..<blob.size {
      try await store.readChecked(blob, into: sink)
    } else {
      try await store.read(blob, range, into: sink)
    }
  }
}
