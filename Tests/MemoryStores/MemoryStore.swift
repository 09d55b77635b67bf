import ImageModel
import ImageStores
import NIOCore
import Synchronization
import Waiting

/// Images in memory: what it is given is what it gives.
package final class MemoryStore: SourceStore, SinkStore {
  private struct State {
    var blobs: [Digest: [UInt8]] = [:]
    var documents: [Digest: ImageDocument] = [:]
    var names: [String: Descriptor] = [:]
  }

  private let state = Mutex(State())
  package let place = "memory"

  package init() {}

  /// Whatever bytes there are under a digest; nil where there are none.
  package subscript(blob blob: Digest) -> [UInt8]? {
    get { state.withLock { $0.blobs[blob] } }
    set { state.withLock { $0.blobs[blob] = newValue } }
  }

  package func meaning(of name: String?) async throws -> Descriptor {
    try state.withLock { state in
      let found = name.map { state.names[$0] } ?? (state.names.count == 1 ? state.names.values.first : nil)
      guard let found else { throw ImageStoreError.nameMissing(name ?? "", place: place) }
      return found
    }
  }

  package func document(_ descriptor: Descriptor) async throws -> ImageDocument? {
    state.withLock { $0.documents[descriptor.digest] }
  }

  package func presence(of blob: Descriptor) async throws -> Presence {
    state.withLock { $0.blobs[blob.digest] == nil ? .absent : .present }
  }

  package func read(_ blob: Descriptor, _ range: Range<Int64>, into sink: any ByteSink) async throws {
    guard let bytes = self[blob: blob.digest], bytes.count >= range.upperBound else {
      throw ImageStoreError.missing(blob.digest, place: place)
    }
    try await sink.write(ByteBuffer(bytes: bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
  }

  package func take(
    _ blob: Descriptor, from content: BlobContent, siblings: [String], progress: @escaping @Sendable (Int64) -> Void
  ) async throws -> TakenBlob {
    let collector = ByteCollector()
    if blob.size > 0 { try await content.read(0..<blob.size, into: collector) }
    self[blob: blob.digest] = collector.bytes
    progress(blob.size)
    return .sent
  }

  package func meaning(ofTaken name: String) async throws -> Digest? {
    state.withLock { $0.names[name]?.digest }
  }

  package func referrers(of subject: Digest) async throws -> Set<Digest> { [] }

  package func list(_ document: ImageDocument, of subject: Digest) async throws -> Bool { false }

  package func take(_ document: ImageDocument, named name: String?) async throws -> TakenDocument {
    state.withLock { state in
      state.documents[document.descriptor.digest] = document
      if let name { state.names[name] = document.descriptor }
      return TakenDocument(isListed: true)
    }
  }
}
