import BlobTransfer
import HTTPAccess
import ImageArchive
import ImageModel
import RegistryClient
import Waiting

/// A repository of a registry. What is read of it comes ahead, in pieces, over several connections.
package struct RegistryStore: Sendable {
  package let client: EndpointClient
  package let repository: String
  /// Whether the tag is written that lists what refers to an image where the registry has no list.
  package var writesReferrerTags = true
  private let purpose: EndpointClient.Purpose
  private let blobs: Blobs
  private let reader: BlobReader

  /// - Parameters:
  ///   - purpose: what the repository is for: who pushes asks for the rights to that from the beginning.
  ///   - connections: for all blobs that are read at the same time.
  ///   - memory: for what is read ahead.
  package init(
    _ client: EndpointClient, repository: String, for purpose: EndpointClient.Purpose, connections: Int = 4,
    memory: ReadAheadMemory = ReadAheadMemory(BlobReader.window)
  ) {
    self.client = client
    self.repository = repository
    self.purpose = purpose
    blobs = Blobs(client: client, repository: repository)
    reader = BlobReader(
      [blobs], connections: connections, limits: BlobReader.limits(memory), retrier: client.retrier,
      threads: Workers.current.pool)
  }

  /// The blobs of the repository, by single requests.
  private struct Blobs: BlobSource {
    let client: EndpointClient
    let repository: String

    var name: String { client.endpoint.description }

    func fetch(_ blob: Descriptor, range: Range<Int64>, lane: Int, receiver: any BlobReceiver) async throws {
      try await client.blob(repository, blob, range: ByteRange(range), lane: lane, receiver: receiver)
    }

    func nothingCame(of blob: Descriptor) -> any RetriableFailure {
      RegistryError(.network(.connectionLost(host: client.endpoint.description)))
    }
  }

  package var place: String { "\(client.endpoint)/\(repository)" }

  package func presence(of blob: Descriptor) async throws -> Presence {
    try await client.presence(of: blob.digest, in: repository, for: purpose)
  }
}

extension RegistryStore: SourceStore {
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

  package func fetch(
    _ blob: Descriptor, range: Range<Int64>, lane: Int, receiver: any BlobReceiver
  ) async throws {
    try await blobs.fetch(blob, range: range, lane: lane, receiver: receiver)
  }

  package func nothingCame(of blob: Descriptor) -> any RetriableFailure { blobs.nothingCame(of: blob) }

  package func read(_ blob: Descriptor, _ range: Range<Int64>, into sink: any ByteSink) async throws {
    try await reader.read(blob, range, into: sink)
  }

  package func mayCorrect(_ blob: Descriptor) -> Bool { reader.wrongBytes(of: blob) != nil }
}

extension RegistryStore: SinkStore {
  package var traits: SinkTraits {
    var traits = SinkTraits()
    traits.manifestLimit = client.manifestLimit
    traits.honorsExpiryLabels = client.honorsExpiryLabels
    return traits
  }

  package func take(
    _ blob: Descriptor, from content: BlobContent, siblings: [String], progress: @escaping @Sendable (Int64) -> Void
  ) async throws -> TakenBlob {
    if content.isAtHand {
      let body = StreamedBody(length: blob.size, writer: content.readUnproven)
      return try await send(blob, UploadBody(body, prove: content.prove), siblings, progress)
    }
    // What may be mounted need not be read.
    guard siblings.isEmpty, blob.size <= EarlyBlob.limit else {
      return try await send(blob, UploadBody(StreamedBody(length: blob.size, writer: content.read)), siblings, progress)
    }
    return try await EarlyBlob.reading(content) { early in
      try await send(blob, UploadBody(StreamedBody(length: blob.size, writer: early.write)), [], progress)
    }
  }

  private func send(
    _ blob: Descriptor, _ body: UploadBody, _ siblings: [String], _ progress: @escaping @Sendable (Int64) -> Void
  ) async throws -> TakenBlob {
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
    try await client.listReferrer(
      repository, document.bytes, document.descriptor, of: subject, writesTag: writesReferrerTags)
  }

  package func take(_ document: ImageDocument, named name: String?) async throws -> TakenDocument {
    var descriptor = document.descriptor
    // What it says of itself is what registries compare with.
    if let own = document.parsed?.mediaType { descriptor.mediaType = own }
    if name != nil, descriptor.digest.algorithm != .sha256 {
      // By the tag alone it would be found under its SHA-256 and no other digest.
      _ = try await client.pushManifest(repository, document.bytes, descriptor, as: .digest(descriptor.digest))
    }
    let receipt = try await client.pushManifest(
      repository, document.bytes, descriptor, as: name.map { .tag($0) } ?? .digest(descriptor.digest))
    return TakenDocument(
      isListed: receipt.listsReferrer, warnings: receipt.warnings, otherOrigin: client.otherOrigin)
  }
}
