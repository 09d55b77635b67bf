import ImageArchive
import ImageModel
import ImageStores
import Waiting

/// Reads the documents of an image as far as an archive of it holds them.
struct ExportedParts: Sendable {
  let source: CopySource
  /// What the image is called in messages.
  let reference: ImageReference
  /// Whether what is no image is read, too: a Helm chart has no layers that could be written anew.
  let takesArtifacts: Bool

  private static let limits = DocumentLimits.standard
  /// Documents at the same time.
  private static let width = 8

  /// - Parameter names: what the image is called in the archive.
  /// - Throws: ``CopyError``; ``ResolveError``; what the source throws; `CancellationError`.
  func read(named names: [ImageReference], annotations: [String: String]) async throws -> ImageParts {
    guard let root = try await source.document() else {
      throw CopyError.documentMissing(source.root, place: source.store.place)
    }
    var found = try await read(root, as: nil, depth: 0)
    found.keepEachOnce()
    guard let shown = found.shown else {
      throw ResolveError.noSuchPlatform(reference, wanted: .host, available: [])
    }
    let others = found.images.indices.filter { $0 != shown }
    var parts = ImageParts(
      names: names, annotations: annotations, index: root.descriptor.mediaType.isIndex ? root : nil,
      platforms: ([shown] + others).map { found.images[$0].member })
    parts.attachments = found.attachments
    parts.isArtifact = found.isArtifact
    if let find = source.referrers {
      let images = found.images.map(\.member.document.descriptor.digest).filter { $0 != source.root }
      parts.referrers = try await find([source.root] + images).compactMap { try Self.referrer($0) }
    }
    return parts
  }

  /// What a document leads to.
  private struct Found: Sendable {
    var images: [(member: ImageParts.Member, platform: Platform?)] = []
    var attachments: [ImageParts.Attachment] = []
    var isArtifact = false

    mutating func keepEachOnce() {
      var seen: Set<Digest> = []
      images = images.filter { seen.insert($0.member.document.descriptor.digest).inserted }
      attachments = attachments.filter { seen.insert($0.document.descriptor.digest).inserted }
    }

    /// The image for this machine, or else the first.
    var shown: Int? { Platform.host.best(among: images.map(\.platform)) ?? images.indices.first }
  }

  /// Everything that a document leads to, in the order of its indexes.
  private func read(_ document: ImageDocument, as platform: Platform?, depth: Int) async throws -> Found {
    let digest = document.descriptor.digest
    var found = Found()
    switch try Self.parsed(document) {
    case .manifest(let manifest):
      let member = ImageParts.Member(document: document, manifest: manifest)
      guard let kind = try await kind(of: manifest) else {
        found.images.append((member, platform))
        return found
      }
      guard depth > 0 else {
        guard takesArtifacts else { throw ResolveError.notAnImage(reference, kind) }
        found.images.append((member, nil))
        found.isArtifact = true
        return found
      }
      found.attachments.append(.init(document: document, blobs: manifest.blobs))
    case .index(let index):
      guard depth < Self.limits.indexDepth else {
        throw ResolveError.indexTooDeep(reference, limit: Self.limits.indexDepth)
      }
      if depth > 0 { found.attachments.append(.init(document: document, blobs: [])) }
      let children = try await inParallel(index.manifests, width: Self.width) { entry -> Found? in
        let named = Descriptor(mediaType: entry.mediaType, digest: entry.digest, size: entry.size)
        guard let child = try await source.store.document(named) else { return nil }
        return try await read(child, as: entry.isAttestation ? nil : entry.platform, depth: depth + 1)
      }
      let absent = zip(index.manifests, children).filter { $0.1 == nil }.map(\.0.digest)
      // An archive may hold some platforms of an index. What a registry does not have it has lost.
      guard absent.isEmpty || source.store.isAtHand else {
        throw CopyError.incompleteIndex(digest, absent: absent, place: source.store.place)
      }
      for child in children.compactMap(\.self) {
        found.images += child.images
        found.attachments += child.attachments
      }
    }
    return found
  }

  /// What a manifest describes; nil for an image. Where its types do not tell, its config is asked.
  private func kind(of manifest: Manifest) async throws -> ArtifactKind? {
    guard manifest.isDecidedByConfig, manifest.config.size <= Self.limits.configBytes else {
      return manifest.artifactKind
    }
    return manifest.artifactKind(config: try await source.store.bytes(of: manifest.config))
  }

  private static func referrer(_ referrer: CopyPlan.Referrer) throws(CopyError) -> ImageParts.Referrer? {
    guard let own = referrer.documents.last else { return nil }
    var blobs: [Descriptor] = []
    for document in referrer.documents {
      if case .manifest(let manifest) = try parsed(document) { blobs += manifest.blobs }
    }
    return ImageParts.Referrer(
      referrer: ArchivedReferrer(document: own, subject: referrer.subject, tag: referrer.tag),
      documents: referrer.documents.dropLast(), blobs: blobs)
  }

  private static func parsed(_ document: ImageDocument) throws(CopyError) -> ManifestDocument {
    do { return try ManifestDocument(parsing: document.bytes, contentType: document.descriptor.mediaType) } catch {
      throw .document(document.descriptor.digest, error)
    }
  }
}

extension Manifest {
  fileprivate var blobs: [Descriptor] { [config] + layers }
}
