import ImageModel

/// Finds out what the images were that an archive was made of: each with its names, its platforms, and what came along.
struct StoredPartsReader {
  private let archive: StoredArchive
  /// By the digest of what `index.json` names.
  private let images: [Digest: [StoredImage]]
  /// Whether the order of the archive's members tells the order of a pull: in a delta, which dray alone writes.
  private let isInOrder: Bool

  init(archive: StoredArchive) {
    self.archive = archive
    images = Dictionary(grouping: archive.images.filter { $0.root != nil }) {
      $0.root?.descriptor.digest ?? .hash([])
    }
    isInOrder = archive.delta != nil && !archive.isFolder
  }

  func read() -> [StoredParts] {
    StoredReferrerReader(archive: archive).attach(to: roots.compactMap(parts))
  }

  /// A name or names and what they stand for.
  private struct Root {
    let digest: Digest
    var names: [ImageReference]
    let annotations: [String: String]
  }

  private var roots: [Root] {
    let named = Set(archive.entries.compactMap { $0.name == nil ? nil : $0.digest })
    var roots: [Root] = []
    for entry in archive.entries {
      guard let first = images[entry.digest]?.first else { continue }
      var annotations = entry.ownAnnotations
      if let name = entry.name {
        add(name, Root(digest: entry.digest, names: [name], annotations: annotations), to: &roots)
        continue
      }
      let isFirst = !roots.contains { $0.digest == entry.digest }
      // `manifest.json` may know a name.
      let names = isFirst && !named.contains(entry.digest) ? first.names : []
      if !names.isEmpty { annotations[StoredEntry.tag] = nil }
      let isKnown = roots.contains {
        $0.digest == entry.digest && ($0.annotations == annotations || annotations.isEmpty)
      }
      if isFirst || !isKnown { roots.append(Root(digest: entry.digest, names: names, annotations: annotations)) }
    }
    return roots
  }

  /// One image may have several names. Which of them were given to it together, `manifest.json` tells.
  private func add(_ name: ImageReference, _ root: Root, to roots: inout [Root]) {
    let place = roots.firstIndex { other in
      guard other.digest == root.digest, other.annotations == root.annotations, let first = other.names.first else {
        return false
      }
      return other.names.contains(name) || areTogether(first, name)
    }
    let last = roots.indices.last
    if let place, !archive.dockerEntries.isEmpty || place == last || roots[place].names.contains(name) {
      if !roots[place].names.contains(name) { roots[place].names.append(name) }
    } else {
      roots.append(root)
    }
  }

  private func areTogether(_ one: ImageReference, _ other: ImageReference) -> Bool {
    archive.dockerEntries.isEmpty
      || archive.dockerEntries.contains { entry in
        let names = Set(entry.names.map(\.qualifiedName))
        return names.contains(one.qualifiedName) && names.contains(other.qualifiedName)
      }
  }

  private func parts(of root: Root) -> StoredParts? {
    var seen: Set<Digest> = []
    let group = (images[root.digest] ?? []).filter { image in
      image.document.map { seen.insert($0.descriptor.digest).inserted } ?? false
    }
    guard let document = group.first?.root else { return nil }
    let isIndex = group[0].document?.descriptor.digest != root.digest
    let shown = shown(group, named: root.names)
    let others = group.indices.filter { $0 != shown }.map { group[$0] }
    let ordered = [group[shown]] + inOrder(others) { $0.document?.descriptor.digest }
    var parts = ImageParts(
      names: root.names, annotations: root.annotations, index: isIndex ? document : nil,
      platforms: ordered.compactMap { image in
        guard let document = image.document, let manifest = image.manifest else { return nil }
        let descriptor = Descriptor(
          mediaType: isIndex ? document.descriptor.mediaType : manifest.mediaType, digest: document.descriptor.digest,
          size: document.descriptor.size, platform: document.descriptor.platform)
        return .init(document: .init(descriptor: descriptor, bytes: document.bytes), manifest: manifest)
      })
    if isIndex { parts.attachments = inOrder(attachments(of: document)) { $0.document.descriptor.digest } }
    return StoredParts(parts: parts, images: ordered)
  }

  /// Which of the platforms `manifest.json` describes, or is to describe: the machine's own, where there is one.
  private func shown(_ images: [StoredImage], named names: [ImageReference]) -> Int {
    guard images.count > 1 else { return 0 }
    let wanted = Set(names.map(\.qualifiedName))
    let entries = archive.dockerEntries.filter { entry in images.contains { entry.describes($0) } }
    let entry = entries.first { $0.names.contains { wanted.contains($0.qualifiedName) } } ?? entries.first
    if let entry, let index = images.firstIndex(where: { entry.describes($0) }) { return index }
    if isInOrder {
      let first = inOrder(Array(images.indices)) { images[$0].document?.descriptor.digest }.first
      return first ?? 0
    }
    var platforms: [Descriptor] = []
    for image in images {
      guard var entry = image.document?.descriptor else { continue }
      entry.platform = (try? archive.platform(of: image)) ?? nil
      platforms.append(entry)
    }
    let chosen = Platform.choose(from: platforms, wanted: .host)
    return images.firstIndex { $0.document?.descriptor.digest == chosen?.digest } ?? 0
  }

  /// The documents of an index that are no images, as far as the archive holds them, an index before what it names.
  private func attachments(of root: ArchivedImage.Document) -> [ImageParts.Attachment] {
    var seen: Set<Digest> = []
    var found: [ImageParts.Attachment] = []
    func follow(_ document: ArchivedImage.Document) {
      guard case .index(let index)? = document.parsed else { return }
      for entry in index.manifests {
        guard let child = archive.documents[entry.digest], seen.insert(entry.digest).inserted else { continue }
        switch child.parsed {
        case .manifest(let manifest)? where manifest.artifactKind != nil:
          found.append(.init(document: child, blobs: [manifest.config] + manifest.layers))
        case .index?:
          found.append(.init(document: child, blobs: []))
          follow(child)
        default: break
        }
      }
    }
    follow(root)
    return found
  }

  /// The values in the order of the archive's members, where that is the order of a pull.
  private func inOrder<Value>(_ values: [Value], _ digest: (Value) -> Digest?) -> [Value] {
    guard isInOrder else { return values }
    return values.enumerated().map { index, value in
      (digest(value).flatMap(archive.offset) ?? .max, index, value)
    }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
  }
}

extension StoredArchive {
  /// Where the document of a digest begins in the archive; nil where it is not there.
  fileprivate func offset(of digest: Digest) -> Int64? {
    (try? files.content(ArchiveDocuments.path(of: digest)))?.offset
  }
}

extension ArchivedImage.Document {
  /// What it says; nil where it is none that is understood.
  package var parsed: ManifestDocument? { try? ManifestDocument(parsing: bytes, contentType: descriptor.mediaType) }
}
