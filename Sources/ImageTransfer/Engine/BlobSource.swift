import ImageModel
import RegistryClient

/// Somewhere to fetch ranges of blobs from.
package protocol BlobSource: Sendable {
  /// Its name for people: a host.
  var name: String { get }

  /// Sends one request for a range of a blob. A success says only that the response ended.
  ///
  /// - Throws: `RegistryError`; what the receiver throws; `CancellationError`.
  func fetch(_ blob: Descriptor, range: Range<Int64>, lane: Int, receiver: any BlobReceiver) async throws
}

/// A repository of a registry; and, for layers that the registry does not hold, the addresses that their descriptors
/// name.
package struct RegistrySource: BlobSource {
  private let registry: RegistryClient
  private let reference: ImageReference
  private let fetchesForeignLayers: Bool

  package init(registry: RegistryClient, reference: ImageReference, fetchesForeignLayers: Bool) {
    self.registry = registry
    self.reference = reference
    self.fetchesForeignLayers = fetchesForeignLayers
  }

  package var name: String { registry.endpoint.description }

  package func fetch(
    _ blob: Descriptor, range: Range<Int64>, lane: Int, receiver: any BlobReceiver
  ) async throws {
    let range = ByteRange(range)
    do {
      try await registry.blob(reference.repository, blob, range: range, lane: lane, receiver: receiver)
    } catch let error as RegistryError {
      guard case .blobNotFound = error.reason, !blob.urls.isEmpty else { throw error }
      guard fetchesForeignLayers else { throw ResolveError.foreignLayer(reference, blob.digest) }
      try await fetchForeign(blob, range: range, lane: lane, receiver: receiver)
    }
  }

  private func fetchForeign(
    _ blob: Descriptor, range: ByteRange, lane: Int, receiver: any BlobReceiver
  ) async throws {
    var failure: RegistryError?
    for address in blob.urls {
      do {
        return try await registry.foreignBlob(blob, at: address, range: range, lane: lane, receiver: receiver)
      } catch let error as RegistryError {
        failure = failure ?? error
      }
    }
    throw failure ?? ResolveError.foreignLayer(reference, blob.digest)
  }
}
