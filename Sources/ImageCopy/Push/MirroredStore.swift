import BlobTransfer
import HTTPAccess
import ImageModel
import ImageStores
import MachineConfiguration
import RegistryClient
import Waiting

/// A repository of a registry as a source, with the mirrors that stand in for it: these are asked first, and what fails at one
/// goes on at the next.
struct MirroredStore: SourceStore {
  private let sources: ImageSources
  private let reference: ImageReference
  private let reader: BlobReader

  /// - Parameters:
  ///   - connections: for all blobs that are read at the same time.
  ///   - memory: shared by the images of a copy.
  init(
    _ sources: ImageSources, _ reference: ImageReference, connections: Int, memory: ReadAheadMemory, retrier: Retrier
  ) {
    self.sources = sources
    self.reference = reference
    reader = BlobReader(
      sources.endpoints.indices.map {
        RegistrySource(sources, at: $0, reference: reference, fetchesForeignLayers: false)
      }, connections: connections, memory: memory, retrier: retrier, threads: Workers.current.pool,
      observe: { sources.note($0) })
  }

  var place: String { reference.qualifiedRepository }

  func meaning(of name: String?) async throws -> Descriptor {
    let isTag = name.map { (try? Digest(parsing: $0)) == nil } ?? true
    return try await sources.first(forTag: isTag) { try await store($0, $1).meaning(of: name) }
  }

  func document(_ descriptor: Descriptor) async throws -> ImageDocument? {
    do {
      return try await sources.first { client, endpoint in
        guard let found = try await store(client, endpoint).document(descriptor) else {
          throw RegistryError(.manifestNotFound)
        }
        return found
      }
    } catch let error as RegistryError where error.reason == .manifestNotFound { return nil }
  }

  /// A registry has the blobs of the manifests that it gives: nobody is asked.
  func presence(of blob: Descriptor) async throws -> Presence { .present }

  func read(_ blob: Descriptor, _ range: Range<Int64>, into sink: any ByteSink) async throws {
    try await reader.read(blob, range, into: sink)
  }

  func mayCorrect(_ blob: Descriptor) -> Bool {
    guard let blamed = reader.wrongBytes(of: blob) else { return false }
    for source in blamed { sources.noteWrongBytes(of: blob.digest, from: source) }
    return true
  }

  private func store(_ client: EndpointClient, _ endpoint: PullEndpoint) -> RegistryStore {
    RegistryStore(client, repository: endpoint.repository, for: .pull)
  }
}
