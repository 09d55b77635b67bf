import ImageArchive
import ImageModel

/// Which repositories hold which manifests, as the `index.json` of a layout says: a value that is made anew after each change.
struct PushedCatalog: Sendable {
  struct Repository: Sendable {
    var tags: [String: Descriptor] = [:]
    /// What can be asked for by digest: what an entry names, and whatever the indexes among that lead to.
    var manifests: [Digest: Descriptor] = [:]
    /// By the manifest that they are about.
    var referrers: [Digest: [Descriptor]] = [:]
  }

  /// What a document says of others.
  struct Document: Sendable {
    var descriptor: Descriptor
    var manifests: [Descriptor] = []
    /// Configs and layers.
    var blobs: Set<Digest> = []
    var subject: Digest?

    init(_ descriptor: Descriptor, _ content: ManifestDocument) {
      self.descriptor = descriptor
      self.descriptor.data = nil
      switch content {
      case .manifest(let manifest):
        blobs = Set(([manifest.config] + manifest.layers).map(\.digest))
        subject = manifest.subject?.digest
        self.descriptor.annotations = manifest.annotations
        self.descriptor.artifactType = manifest.artifactType ?? manifest.config.mediaType
      case .index(let index):
        manifests = index.manifests.filter { $0.mediaType.isIndex || $0.mediaType.isImageManifest }
        subject = index.subject?.digest
        self.descriptor.annotations = index.annotations
        self.descriptor.artifactType = index.artifactType
      }
    }
  }

  private(set) var repositories: [String: Repository] = [:]
  private(set) var documents: [Digest: Document] = [:]
  /// The names of entries, by their text.
  private var names: [String: ImageReference] = [:]

  init() {}

  /// - Parameters:
  ///   - former: what was known before.
  ///   - read: a document that is not known yet; nil where it is missing or damaged.
  init(_ index: LayoutIndex, after former: PushedCatalog, read: (Descriptor) -> Document?) {
    for entry in index.descriptors where entry.mediaType.isIndex || entry.mediaType.isImageManifest {
      guard let text = entry.annotations[NameAnnotation.fullName],
        let name = former.names[text] ?? Self.name(in: entry.annotations)
      else { continue }
      names[text] = name
      var bare = entry
      bare.annotations = [:]
      let key = name.qualifiedRepository
      // Taken out, and so not copied for each of its tags.
      var repository = repositories.removeValue(forKey: key) ?? Repository()
      follow(bare, in: &repository, depth: 0) { former.documents[$0.digest] ?? read($0) }
      if let tag = name.tag, repository.manifests[entry.digest] != nil { repository.tags[tag] = bare }
      repositories[key] = repository
    }
  }

  /// The name of an entry, with a tag or a digest; nil where it has none that says where it belongs.
  static func name(of entry: Descriptor) -> ImageReference? {
    name(in: entry.annotations)
  }

  static func name(in annotations: [String: String]) -> ImageReference? {
    annotations[NameAnnotation.fullName].flatMap { try? ImageReference(parsing: $0) }
  }

  private mutating func follow(
    _ descriptor: Descriptor, in repository: inout Repository, depth: Int, read: (Descriptor) -> Document?
  ) {
    guard repository.manifests[descriptor.digest] == nil, depth < DocumentLimits.standard.indexDepth,
      let document = documents[descriptor.digest] ?? read(descriptor)
    else { return }
    documents[descriptor.digest] = document
    repository.manifests[descriptor.digest] = document.descriptor
    if let subject = document.subject { repository.referrers[subject, default: []].append(document.descriptor) }
    for child in document.manifests { follow(child, in: &repository, depth: depth + 1, read: read) }
  }

  /// Whether an index of a repository names a manifest, so that it cannot go alone.
  func isPart(_ digest: Digest, of repository: String, without excluded: Digest? = nil) -> Bool {
    repositories[repository]?.manifests.keys.contains { parent in
      parent != excluded && documents[parent]?.manifests.contains { $0.digest == digest } ?? false
    } ?? false
  }

  /// Whether a manifest of any repository needs a blob.
  func needs(_ blob: Digest) -> Bool {
    documents[blob] != nil || documents.values.contains { $0.blobs.contains(blob) }
  }
}
