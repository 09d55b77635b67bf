import BlobTransfer
import HTTPAccess
import ImageModel
import RegistryClient
import Waiting

/// One place where an image can be asked for; and, for layers that the origin does not hold, the addresses that their
/// descriptors name.
package struct RegistrySource: BlobSource {
  private let sources: ImageSources
  private let index: Int
  private let fetchesForeignLayers: Bool

  package init(_ sources: ImageSources, at index: Int, fetchesForeignLayers: Bool) {
    self.sources = sources
    self.index = index
    self.fetchesForeignLayers = fetchesForeignLayers
  }

  package var name: String { sources.name(index) }
  package var isMirror: Bool { sources.isMirror(index) }
  package var isDropped: Bool { sources.isDropped(index) }
  package func nothingCame(of blob: Descriptor) -> any RetriableFailure {
    RegistryError(.network(.connectionLost(host: name)))
  }

  package func fetch(
    _ blob: Descriptor, range: Range<Int64>, lane: Int, receiver: any BlobReceiver
  ) async throws {
    let range = ByteRange(range)
    let registry = try await sources.client(index)
    do {
      try await registry.blob(
        sources.endpoints[index].repository, blob, range: range, lane: lane, receiver: receiver)
    } catch let error as RegistryError {
      guard case .blobNotFound = error.reason, !blob.urls.isEmpty, !isMirror else { throw error }
      guard fetchesForeignLayers else { throw ResolveError.foreignLayer(sources.reference, blob.digest) }
      try await fetchForeign(blob, over: registry, range: range, lane: lane, receiver: receiver)
    }
  }

  private func fetchForeign(
    _ blob: Descriptor, over registry: EndpointClient, range: ByteRange, lane: Int, receiver: any BlobReceiver
  ) async throws {
    var failure: RegistryError?
    for address in blob.urls {
      do {
        return try await registry.foreignBlob(blob, at: address, range: range, lane: lane, receiver: receiver)
      } catch let error as RegistryError {
        failure = failure ?? error
      }
    }
    throw failure ?? ResolveError.foreignLayer(sources.reference, blob.digest)
  }
}

extension RegistryError {
  init(_ wrong: WrongBlob) {
    self.init(.blobDigestMismatch(expected: wrong.expected, found: wrong.found), tries: wrong.tries)
  }
}
