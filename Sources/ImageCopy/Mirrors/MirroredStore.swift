import BlobTransfer
import HTTPAccess
import ImageModel
import ImageStores
import MachineConfiguration
import NIOCore
import RegistryClient
import Waiting

/// A repository of a registry as a source, with the mirrors that stand in for it: these are asked first, and what fails at one
/// goes on at the next.
package struct MirroredStore: SourceStore {
  private let sources: ImageSources
  private let reader: BlobReader
  private let known: [Digest: [UInt8]]

  /// - Parameters:
  ///   - reader: of blobs that can be had at ``sources``.
  ///   - known: blobs that need no request.
  private init(_ sources: ImageSources, _ reader: BlobReader, known: [Digest: [UInt8]]) {
    self.sources = sources
    self.reader = reader
    self.known = known
  }

  /// A source of a copy: layers that are kept elsewhere are not asked for.
  ///
  /// - Parameters:
  ///   - connections: for all blobs that are read at the same time.
  ///   - memory: shared by the images of a copy.
  init(_ sources: ImageSources, connections: Int, memory: ReadAheadMemory, retrier: Retrier) {
    let reader = BlobReader(
      sources.blobSources(fetchesForeignLayers: false), connections: connections,
      limits: BlobReader.limits(memory), retrier: retrier, threads: Workers.current.pool, observe: { sources.note($0) })
    self.init(sources, reader, known: [:])
  }

  /// A source of whoever looks into an image.
  ///
  /// - Parameters:
  ///   - connections: for all blobs that are read at the same time; nil for what the access says.
  ///   - known: blobs that need no request.
  package init(
    _ sources: ImageSources, _ access: RegistryAccess, connections: Int? = nil,
    limits: ReadAhead.Limits = ReadAhead.Limits(), retrier: Retrier, known: [Digest: [UInt8]] = [:]
  ) {
    let reader = BlobReader(
      sources.blobSources(fetchesForeignLayers: access.fetchesForeignLayers),
      connections: connections ?? access.network.connectionsPerHost, bytesPerSecond: access.network.bytesPerSecond,
      limits: limits,
      retrier: retrier, threads: Workers.current.pool, observe: { sources.note($0) })
    self.init(sources, reader, known: known)
  }

  package var place: String { sources.reference.qualifiedRepository }

  package func meaning(of name: String?) async throws -> Descriptor {
    let isTag = name.map { (try? Digest(parsing: $0)) == nil } ?? true
    return try await sources.first(forTag: isTag) { try await store($0, $1).meaning(of: name) }
  }

  package func document(_ descriptor: Descriptor) async throws -> ImageDocument? {
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
  package func presence(of blob: Descriptor) async throws -> Presence { .present }

  package func read(_ blob: Descriptor, _ range: Range<Int64>, into sink: any ByteSink) async throws {
    try await reader.read(blob, range, into: sink)
  }

  /// Who sent wrong bytes is known here, and a small blob comes once more.
  ///
  /// - Throws: `RegistryError`; what `sink` throws; `CancellationError`.
  package func readChecked(_ blob: Descriptor, into sink: any ByteSink) async throws {
    if let bytes = known[blob.digest] { return try await sink.write(ByteBuffer(bytes: bytes)) }
    do { try await reader.readChecked(blob, into: sink) } catch let error as WrongBlob { throw RegistryError(error) }
  }

  package func mayCorrect(_ blob: Descriptor) -> Bool {
    guard let blamed = reader.wrongBytes(of: blob) else { return false }
    for source in blamed { sources.noteWrongBytes(of: blob.digest, from: source) }
    return true
  }

  private func store(_ client: EndpointClient, _ endpoint: PullEndpoint) -> RegistryStore {
    RegistryStore(client, repository: endpoint.repository, for: .pull)
  }
}

extension ImageSources {
  /// The places as sources of blobs, best first.
  fileprivate func blobSources(fetchesForeignLayers: Bool) -> [RegistrySource] {
    endpoints.indices.map { RegistrySource(self, at: $0, fetchesForeignLayers: fetchesForeignLayers) }
  }
}
