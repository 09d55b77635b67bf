import ImageModel

/// Follows the `index.json` of a layout to its images.
struct StoredIndexReader {
  let files: StoredFiles
  private(set) var images: [StoredImage] = []
  private(set) var artifacts: [ArchivedImage.Document] = []
  /// Documents that were followed, so that what many entries name is read once, and a circle ends.
  private var count = 0

  init(files: StoredFiles) {
    self.files = files
  }

  /// Names and the document that they are names of.
  private struct Root {
    var names: [ImageReference] = []
    var unreadableNames: [String] = []
    let document: ArchivedImage.Document
  }

  /// - Returns: the index's own annotations.
  /// - Throws: ``ArchiveFault``; ``ArchiveError``.
  mutating func read(_ bytes: [UInt8]) throws -> [String: String] {
    guard case .index(let index)? = try? ManifestDocument(parsing: bytes, contentType: .ociIndex) else {
      throw ArchiveFault.unreadableIndex
    }
    var roots: [Root] = []
    var places: [Digest: Int] = [:]
    for entry in index.manifests where entry.mediaType.isIndex || entry.mediaType.isImageManifest {
      let place: Int
      if let known = places[entry.digest] {
        place = known
      } else {
        guard let bytes = try files.document(entry) else {
          throw ArchiveFault.missing(name: ArchiveDocuments.path(of: entry.digest))
        }
        place = roots.count
        places[entry.digest] = place
        roots.append(Root(document: .init(descriptor: entry, bytes: bytes)))
      }
      guard let name = Self.name(entry.annotations) else { continue }
      if let reference = try? ImageReference(parsing: name) {
        roots[place].names.append(reference)
      } else {
        roots[place].unreadableNames.append(name)
      }
    }
    for root in roots { try follow(root.document, of: root, depth: 1) }
    return index.annotations
  }

  /// The name that containerd gives an image, or else the one that the image specification knows: there it may be a tag
  /// alone, which is shown and names nothing.
  private static func name(_ annotations: [String: String]) -> String? {
    annotations["io.containerd.image.name"] ?? annotations["org.opencontainers.image.ref.name"]
  }

  private mutating func follow(_ document: ArchivedImage.Document, of root: Root, depth: Int) throws {
    count += 1
    let limits = DocumentLimits.standard
    guard count <= limits.indexEntries else { throw ArchiveFault.tooManyMembers(limit: limits.indexEntries) }
    let name = ArchiveDocuments.path(of: document.descriptor.digest)
    let content: ManifestDocument
    do { content = try ManifestDocument(parsing: document.bytes, contentType: document.descriptor.mediaType) } catch {
      throw ArchiveFault.unreadableManifest(name: name, error)
    }
    switch content {
    case .manifest(let manifest):
      guard manifest.artifactKind == nil else { return artifacts.append(document) }
      images.append(try image(manifest, document, root))
    case .index(let index):
      guard depth < limits.indexDepth else { throw ArchiveFault.indexTooDeep(name: name, limit: limits.indexDepth) }
      for entry in index.manifests where entry.mediaType.isIndex || entry.mediaType.isImageManifest {
        // An archive holds only some of its platforms.
        guard let bytes = try files.document(entry) else { continue }
        try follow(.init(descriptor: entry, bytes: bytes), of: root, depth: depth + 1)
      }
    }
  }

  private func image(
    _ manifest: Manifest, _ document: ArchivedImage.Document, _ root: Root
  ) throws(ArchiveFault) -> StoredImage {
    var layers: [StoredLayer] = []
    for layer in manifest.layers {
      let name = ArchiveDocuments.path(of: layer.digest)
      layers.append(StoredLayer(descriptor: layer, memberName: name, content: try content(layer)))
    }
    return StoredImage(
      names: root.names, unreadableNames: root.unreadableNames, root: root.document, document: document,
      manifest: manifest, config: try content(manifest.config), layers: layers)
  }

  private func content(_ descriptor: Descriptor) throws(ArchiveFault) -> StoredContent? {
    let name = ArchiveDocuments.path(of: descriptor.digest)
    guard let content = try files.content(name) else { return nil }
    guard content.size == descriptor.size else { throw .wrongSize(name: name) }
    return content
  }
}
