import HTTPAccess
import ImageModel
import RegistryClient

/// Somewhere to fetch ranges of blobs from.
package protocol BlobSource: Sendable {
  /// Its name for people: a host.
  var name: String { get }
  /// Whether others have what it has.
  var isMirror: Bool { get }
  /// Whether it has failed before the first blob.
  var isDropped: Bool { get }
  /// The blobs that it may be asked for; nil for all.
  var holds: Set<Digest>? { get }

  /// Sends one request for a range of a blob. A success says only that the response ended.
  ///
  /// - Throws: `RegistryError`; what the receiver throws; `CancellationError`.
  func fetch(_ blob: Descriptor, range: Range<Int64>, lane: Int, receiver: any BlobReceiver) async throws
}

extension BlobSource {
  package var isMirror: Bool { false }
  package var isDropped: Bool { false }
  package var holds: Set<Digest>? { nil }
}

extension SourceBoard {
  /// - Parameters:
  ///   - sources: best first, origins last.
  ///   - blobs: what is fetched.
  ///   - bytesPerSecond: nil for no limit.
  init(_ sources: [any BlobSource], blobs: [Digest], connections: Int, bytesPerSecond: Int64?) {
    let scopes = sources.map { source in
      source.holds.map { holds in Set(blobs.indices.filter { holds.contains(blobs[$0]) }) }
    }
    self.init(
      areMirrors: sources.map(\.isMirror), scopes: scopes, connections: connections, bytesPerSecond: bytesPerSecond)
    for (index, source) in sources.enumerated() where source.isDropped { self[index].isDropped = true }
  }
}

/// One place where an image can be asked for; and, for layers that the origin does not hold, the addresses that their
/// descriptors name.
package struct RegistrySource: BlobSource {
  private let sources: ImageSources
  private let index: Int
  private let reference: ImageReference
  private let fetchesForeignLayers: Bool

  package init(_ sources: ImageSources, at index: Int, reference: ImageReference, fetchesForeignLayers: Bool) {
    self.sources = sources
    self.index = index
    self.reference = reference
    self.fetchesForeignLayers = fetchesForeignLayers
  }

  package var name: String { sources.name(index) }
  package var isMirror: Bool { sources.isMirror(index) }
  package var isDropped: Bool { sources.isDropped(index) }

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
      guard fetchesForeignLayers else { throw ResolveError.foreignLayer(reference, blob.digest) }
      try await fetchForeign(blob, over: registry, range: range, lane: lane, receiver: receiver)
    }
  }

  private func fetchForeign(
    _ blob: Descriptor, over registry: RegistryClient, range: ByteRange, lane: Int, receiver: any BlobReceiver
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
