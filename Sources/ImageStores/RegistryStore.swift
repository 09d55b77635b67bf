import HTTPAccess
import ImageArchive
import ImageModel
import NIOCore
import RegistryClient
import Synchronization

/// A repository of a registry.
package struct RegistryStore: Sendable {
  package let client: RegistryClient
  package let repository: String
  private let purpose: RegistryClient.Purpose

  /// - Parameter purpose: what the repository is for: who pushes asks for the rights to that from the beginning.
  package init(_ client: RegistryClient, repository: String, for purpose: RegistryClient.Purpose) {
    self.client = client
    self.repository = repository
    self.purpose = purpose
  }

  package var place: String { "\(client.endpoint)/\(repository)" }

  package func presence(of blob: Descriptor) async throws -> Presence {
    try await client.presence(of: blob.digest, in: repository, for: purpose)
  }
}

extension RegistryStore: SourceStore {
  /// Bytes that are asked for at once, and held in memory.
  private static let piece: Int64 = 4 << 20

  package func meaning(of name: String?) async throws -> Descriptor {
    let name = name ?? "latest"
    let digest = try? Digest(parsing: name)
    let found = try await client.manifest(repository, digest.map { .digest($0) } ?? .tag(name))
    return try Self.document(found).descriptor
  }

  package func document(_ descriptor: Descriptor) async throws -> ImageDocument? {
    do { return try Self.document(try await client.manifest(repository, .digest(descriptor.digest))) } catch let error
      as RegistryError where error.failureClass == .notFound
    { return nil }
  }

  private static func document(_ found: FetchedManifest) throws -> ImageDocument {
    let parsed = try ManifestDocument(parsing: found.bytes, contentType: found.contentType)
    return ImageDocument(
      descriptor: Descriptor(mediaType: parsed.mediaType, digest: found.digest, size: Int64(found.bytes.count)),
      bytes: found.bytes)
  }

  package func read(_ blob: Descriptor, _ range: Range<Int64>, into sink: any ByteSink) async throws {
    var position = range.lowerBound
    while position < range.upperBound {
      let piece = position..<min(position + Self.piece, range.upperBound)
      let bytes = try await client.retrier.run {
        let receiver = RangeInMemory(piece)
        do {
          try await client.blob(repository, blob, range: ByteRange(piece), lane: nil, receiver: receiver)
        } catch is RangeInMemory.Complete {}
        guard receiver.bytes.readableBytes == piece.count else {
          throw RegistryError(.network(.connectionLost(host: client.endpoint.description)))
        }
        return receiver.bytes
      }
      try await sink.write(bytes)
      position = piece.upperBound
    }
  }
}

/// Keeps a range of a blob, whatever more a server sends.
private final class RangeInMemory: BlobReceiver {
  /// All of it is there, and more would come.
  struct Complete: Error {}

  private let range: Range<Int64>
  private let state: Mutex<(position: Int64, bytes: ByteBuffer)>

  init(_ range: Range<Int64>) {
    self.range = range
    state = Mutex((0, ByteBuffer()))
  }

  var bytes: ByteBuffer { state.withLock { $0.bytes } }

  func begin(at offset: Int64, isWhole: Bool) {
    state.withLock { $0 = (offset, ByteBuffer()) }
  }

  func receive(_ chunk: UnsafeRawBufferPointer) throws {
    let isBeyond = state.withLock { state in
      let wanted = range.clamped(to: state.position..<(state.position + Int64(chunk.count)))
      if !wanted.isEmpty {
        let start = Int(wanted.lowerBound - state.position)
        state.bytes.writeBytes(chunk[start..<(start + wanted.count)])
      }
      state.position += Int64(chunk.count)
      return state.position > range.upperBound
    }
    if isBeyond { throw Complete() }
  }
}

extension RegistryStore: SinkStore {
  package var intake: BlobIntake { .inOrder }

  package func held(of blob: Descriptor) async throws -> HeldBlob {
    switch try await presence(of: blob) {
    case .present: .whole
    case .absent: .nothing
    case .unknown(let error): .unknown(error)
    }
  }

  package func take(
    _ blob: Descriptor, from content: BlobContent, siblings: [String], progress: @escaping @Sendable (Int64) -> Void
  ) async throws -> TakenBlob {
    let body = StreamedBody(length: blob.size) { try await content.read($0, into: $1) }
    switch try await client.upload(repository, blob, body: body, mountFrom: siblings, progress: progress) {
    case .sent: return .sent
    case .mounted(let repository): return .mounted(from: repository)
    }
  }

  package func meaning(ofTaken name: String) async throws -> Digest? {
    try await client.storedDigest(repository, .tag(name))
  }

  package func referrers(of subject: Digest) async throws -> Set<Digest> {
    try await client.listedReferrers(repository, of: subject)
  }

  package func list(_ document: ImageDocument, of subject: Digest) async throws -> Bool {
    try await client.listReferrer(repository, document.bytes, document.descriptor, of: subject)
  }

  package func take(_ document: ImageDocument, named name: String?) async throws -> TakenDocument {
    var descriptor = document.descriptor
    // What it says of itself is what registries compare with.
    if let own = document.parsed?.mediaType { descriptor.mediaType = own }
    let receipt = try await client.pushManifest(
      repository, document.bytes, descriptor, as: name.map { .tag($0) } ?? .digest(descriptor.digest))
    return TakenDocument(isListed: receipt.listsReferrer, warnings: receipt.warnings)
  }
}
