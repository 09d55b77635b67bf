import ImageArchive
import ImageModel
import RegistryClient
import Waiting

/// Leads a reference to the images of several platforms.
extension ImageResolver {
  /// Documents of an index that are asked for at the same time.
  static let width = 4

  /// - Throws: `RegistryError`; ``ResolveError``; `CancellationError`.
  package func resolve(
    _ requested: RequestedImage, observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> ResolvedReference {
    if case .one(let platform) = requested.platforms {
      return ResolvedReference(try await resolve(platform: platform, observe: observe), of: requested, from: sources)
    }
    if reference.tag != nil, reference.digest != nil { observe(.digestWins(reference)) }
    let top = try await document(.init(reference))
    for text in top.fetched.warnings { observe(.fromRegistry(host: top.host, text: text)) }
    await reportRefusedLogins(observe)
    let contents =
      if case .several(let platforms) = requested.platforms {
        try await contents(of: top, for: platforms)
      } else { try await contents(of: top, depth: 0) }
    let images = try await images(contents, of: top, observe: observe)
    guard let first = images.first else {
      throw ResolveError.noSuchPlatform(reference, wanted: .host, available: [])
    }
    guard top.isIndex else {
      if case .several(let platforms) = requested.platforms {
        for platform in platforms {
          try check(first.platform, of: top, asked: platform, observe: observe)
        }
      }
      return ResolvedReference(first, of: requested, from: sources)
    }
    let shown = Self.shown(images) ?? first
    return ResolvedReference(
      shown, of: requested, from: sources, keepsIndex: true,
      others: images.filter { $0.manifestDigest != shown.manifestDigest }, documents: contents.documents,
      blobs: contents.blobs)
  }

  /// What an index leads to.
  private struct Contents: Sendable {
    struct Image: Sendable {
      let document: ReadDocument
      let manifest: Manifest
      /// As the index says, or as it was asked for.
      let platform: Platform?
    }

    var images: [Image] = []
    var documents: [ImageDocument] = []
    var blobs: [Descriptor] = []
    var seen: Set<Digest> = []

    mutating func add(_ document: ReadDocument) {
      if seen.insert(document.fetched.digest).inserted { documents.append(document.archived) }
    }

    mutating func add(_ image: Image) {
      if seen.insert(image.document.fetched.digest).inserted { images.append(image) }
    }

    mutating func add(_ other: Contents) {
      for image in other.images { add(image) }
      for document in other.documents where seen.insert(document.descriptor.digest).inserted {
        documents.append(document)
      }
      blobs += other.blobs
    }
  }

  private func contents(of top: ReadDocument, for platforms: [Platform]) async throws -> Contents {
    var contents = Contents()
    for platform in platforms {
      let found = try await find(platform, in: top)
      if let kind = try await artifactKind(of: found.manifest) {
        throw ResolveError.notAnImage(reference, kind)
      }
      for index in found.indexes.dropFirst() { contents.add(index) }
      contents.add(.init(document: found.document, manifest: found.manifest, platform: top.isIndex ? platform : nil))
    }
    return contents
  }

  /// Everything that a document leads to, in the order of its indexes.
  private func contents(
    of document: ReadDocument, platform: Platform? = nil, depth: Int
  ) async throws -> Contents {
    var contents = Contents()
    switch document.content {
    case .manifest(let manifest):
      guard let kind = try await artifactKind(of: manifest) else {
        contents.add(.init(document: document, manifest: manifest, platform: platform))
        return contents
      }
      guard depth > 0 else { throw ResolveError.notAnImage(reference, kind) }
      contents.add(document)
      contents.blobs = [manifest.config] + manifest.layers
    case .index(let index):
      guard depth < limits.indexDepth else { throw ResolveError.indexTooDeep(reference, limit: limits.indexDepth) }
      if depth > 0 { contents.add(document) }
      let parts = try await inParallel(index.manifests, width: Self.width) { entry in
        let child = try await self.document(.digest(entry.digest))
        return try await self.contents(
          of: child, platform: entry.isAttestation ? nil : entry.platform, depth: depth + 1)
      }
      for part in parts { contents.add(part) }
      guard contents.seen.count <= limits.indexEntries else {
        throw ResolveError.manifest(
          reference, .tooManyIndexEntries(count: contents.seen.count, limit: limits.indexEntries))
      }
    }
    return contents
  }

  private func images(
    _ contents: Contents, of top: ReadDocument, observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> [ResolvedImage] {
    try await inParallel(contents.images, width: Self.width) { image in
      let fetched = image.document.fetched
      var resolved = ResolvedImage(
        reference: reference, manifestBytes: fetched.bytes, manifestDigest: fetched.digest, manifest: image.manifest,
        configBytes: [], platform: image.platform ?? .host, top: top.archived, rateLimit: top.fetched.rateLimit)
      guard asksForConfig || !top.isIndex else { return resolved }
      resolved.configBytes = try await config(of: image.manifest)
      let config = try checkedConfig(resolved.configBytes, of: image.manifest, observe: observe)
      if let wanted = image.platform { try check(config.platform, of: top, asked: wanted, observe: observe) }
      resolved.platform = image.platform ?? config.platform ?? .host
      return resolved
    }
  }

  /// The image for this machine, where there is one.
  private static func shown(_ images: [ResolvedImage]) -> ResolvedImage? {
    Platform.host.best(among: images.map(\.platform)).map { images[$0] }
  }
}
