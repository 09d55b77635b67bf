import ImageModel

/// Follows the `index.json` of a layout to its images.
struct StoredIndexReader {
  /// What all documents of one archive may have together, in bytes. Each is kept.
  static let documentsLimit = 64 << 20

  let files: StoredFiles
  private(set) var log: FaultLog
  private(set) var images: [StoredImage] = []
  private(set) var artifacts: [ImageDocument] = []
  /// Entries of `index.json` that say what they are about.
  private var listedReferrers: [ReferrerList.Listed] = []
  /// In the order of `index.json`.
  private(set) var entries: [StoredEntry] = []
  /// The documents that were read, and nil for what is not there or is not whole: what many entries name is read once.
  private var documents: [Digest: Document?] = [:]
  /// The same for what ``ReferrerList`` names beside them.
  private var referrerDocuments: [Digest: [UInt8]?] = [:]
  private var documentBytes = 0
  /// Documents that were followed, so that an archive cannot make much of little.
  private var count = 0

  /// The documents that were found.
  var found: [Digest: ImageDocument] { documents.compactMapValues { $0?.document } }

  init(files: StoredFiles, log: FaultLog) {
    self.files = files
    self.log = log
  }

  /// A document as it was read.
  private struct Document {
    let document: ImageDocument
    let content: ManifestDocument
    var isImage = false
    /// Of a manifest of an image.
    let config: StoredContent?
    let layers: [StoredLayer]
  }

  /// Names and the document that they are names of.
  private struct Root {
    var names: [ImageReference] = []
    var unreadableNames: [String] = []
    let document: Document
  }

  /// - Returns: the index's own annotations.
  /// - Throws: ``ArchiveFault``; ``ArchiveError``.
  mutating func read(_ bytes: [UInt8]) throws -> [String: String] {
    guard let known = KnownEntries(parsing: bytes) else {
      try log.report(.ofIndex(bytes))
      return [:]
    }
    for digest in known.unknownDigests { try log.report(.unknownDigest(digest)) }
    let index = known.index
    var roots: [Root] = []
    var places: [Digest: Int] = [:]
    for entry in index.manifests where entry.mediaType.isIndex || entry.mediaType.isImageManifest {
      if let subject = entry.annotations[ReferrerPlace.subjectKey].flatMap({ try? Digest(parsing: $0) }) {
        let tag = Self.name(entry.annotations)?.reference?.tag
        listedReferrers.append(.init(descriptor: entry, subject: subject, tag: tag))
        continue
      }
      if places[entry.digest] == nil {
        guard let document = try document(entry, isRequired: true) else { continue }
        places[entry.digest] = roots.count
        roots.append(Root(document: document))
      }
      guard let place = places[entry.digest] else { continue }
      let name = Self.name(entry.annotations)
      entries.append(
        StoredEntry(
          digest: entry.digest, name: name?.reference, unreadableName: name?.reference == nil ? name?.text : nil,
          annotations: entry.annotations))
      guard let name else { continue }
      if let reference = name.reference {
        roots[place].names.append(reference)
      } else {
        roots[place].unreadableNames.append(name.text)
      }
    }
    for root in roots { try follow(root.document, of: root, depth: 1) }
    return index.annotations
  }

  /// The name that containerd gives an image, or else the one that the image specification knows. There it may be a tag
  /// alone, which is shown and names nothing.
  private static func name(_ annotations: [String: String]) -> (text: String, reference: ImageReference?)? {
    if let text = annotations[NameAnnotation.fullName] { return (text, try? ImageReference(parsing: text)) }
    guard let text = annotations[NameAnnotation.tag], !text.isEmpty else { return nil }
    let isWhole = text.contains { $0 == "/" || $0 == ":" }
    return (text, isWhole ? try? ImageReference(parsing: text) : nil)
  }

  private mutating func document(_ entry: Descriptor, isRequired: Bool) throws -> Document? {
    if let known = documents[entry.digest] { return known }
    let document = try read(entry, isRequired: isRequired)
    documents[entry.digest] = .some(document)
    return document
  }

  private mutating func read(_ entry: Descriptor, isRequired: Bool) throws -> Document? {
    let name = ArchiveDocuments.path(of: entry.digest)
    let faultCount = log.faults.count
    guard let bytes = try bytes(entry) else {
      if isRequired, log.faults.count == faultCount { try log.report(.missing(name: name)) }
      return nil
    }
    let content: ManifestDocument
    do { content = try ManifestDocument(parsing: bytes, contentType: entry.mediaType) } catch {
      try log.report(.unreadableManifest(name: name, error))
      return nil
    }
    let document = ImageDocument(descriptor: entry, bytes: bytes)
    guard case .manifest(let manifest) = content, try isImage(manifest) else {
      return Document(document: document, content: content, config: nil, layers: [])
    }
    var layers: [StoredLayer] = []
    for layer in manifest.layers {
      let name = ArchiveDocuments.path(of: layer.digest)
      layers.append(StoredLayer(descriptor: layer, memberName: name, content: try stored(layer)))
    }
    return Document(
      document: document, content: content, isImage: true, config: try stored(manifest.config), layers: layers)
  }

  /// Whether a manifest is an image's. A config that would have to say so and cannot be read is taken for an image's: then
  /// that is what is wrong.
  private mutating func isImage(_ manifest: Manifest) throws -> Bool {
    guard manifest.isDecidedByConfig else { return manifest.artifactKind == nil }
    let name = ArchiveDocuments.path(of: manifest.config.digest)
    guard let content = try stored(manifest.config),
      let bytes = try? content.bytes(limit: DocumentLimits.standard.configBytes, name: name)
    else { return true }
    return manifest.artifactKind(config: bytes) == nil
  }

  /// The bytes of a document that was not read before; nil where it is not there or is not whole.
  private mutating func bytes(_ entry: Descriptor) throws -> [UInt8]? {
    guard documentBytes <= Self.documentsLimit else {
      let name = ArchiveDocuments.path(of: entry.digest)
      try log.report(.documentsTooLarge(limit: Self.documentsLimit, name: name))
      return nil
    }
    let bytes = try log.noting { [files] in try files.document(entry) }
    documentBytes += bytes?.count ?? 0
    return bytes
  }

  /// What `index.json` and `referrers.json` list.
  ///
  /// - Parameter bytes: those of `referrers.json`; nil where it is not there.
  /// - Throws: ``ArchiveFault``; ``ArchiveError``.
  mutating func referrers(_ bytes: [UInt8]?) throws -> [ArchivedReferrer] {
    let entries = try bytes.flatMap { bytes in try log.noting { try ReferrerList.entries(bytes) } } ?? []
    return try (listedReferrers + entries).compactMap { entry in
      guard let bytes = try referrerDocument(entry.descriptor) else { return nil }
      return ArchivedReferrer(
        document: .init(descriptor: entry.descriptor, bytes: bytes), subject: entry.subject, tag: entry.tag)
    }
  }

  /// A document that is kept and not understood.
  private mutating func referrerDocument(_ entry: Descriptor) throws -> [UInt8]? {
    let known: [UInt8]?
    if let document = documents[entry.digest] ?? nil {
      known = document.document.bytes
    } else if let read = referrerDocuments[entry.digest] {
      known = read
    } else {
      known = try bytes(entry)
      referrerDocuments[entry.digest] = .some(known)
    }
    guard let known else { return nil }
    guard known.count == entry.size else {
      try log.report(.wrongSize(name: ArchiveDocuments.path(of: entry.digest)))
      return nil
    }
    return known
  }

  private mutating func follow(_ document: Document, of root: Root, depth: Int) throws {
    count += 1
    let limits = DocumentLimits.standard
    guard count <= limits.indexEntries else { throw ArchiveFault.tooManyMembers(limit: limits.indexEntries) }
    switch document.content {
    case .manifest(let manifest):
      guard document.isImage else { return artifacts.append(document.document) }
      images.append(
        StoredImage(
          names: root.names, unreadableNames: root.unreadableNames, root: root.document.document,
          document: document.document, manifest: manifest,
          configName: ArchiveDocuments.path(of: manifest.config.digest), config: document.config,
          layers: document.layers))
    case .index(let index):
      guard depth < limits.indexDepth else {
        let name = ArchiveDocuments.path(of: document.document.descriptor.digest)
        return try log.report(.indexTooDeep(name: name, limit: limits.indexDepth))
      }
      for entry in index.manifests where entry.mediaType.isIndex || entry.mediaType.isImageManifest {
        // An archive holds only some of its platforms.
        guard let child = try self.document(entry, isRequired: false) else { continue }
        try follow(child, of: root, depth: depth + 1)
      }
    }
  }

  private mutating func stored(_ descriptor: Descriptor) throws -> StoredContent? {
    let name = ArchiveDocuments.path(of: descriptor.digest)
    guard let content = try log.noting({ [files] in try files.content(name) }) else { return nil }
    guard content.size == descriptor.size else {
      try log.report(.wrongSize(name: name))
      return nil
    }
    return content
  }
}
