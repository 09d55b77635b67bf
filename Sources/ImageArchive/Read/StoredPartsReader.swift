import ImageModel

/// Finds out what the images were that an archive was made of: each with its names, its platforms, and what came along.
struct StoredPartsReader {
  private let archive: StoredArchive
  /// By the digest of what `index.json` names.
  private let images: [Digest: [StoredImage]]
  /// Whether the order of the archive's members tells the order of a pull: in a delta, which dray alone writes.
  private let isInOrder: Bool
  private let dockerEntries: DockerEntryTable
  private let takesArtifacts: Bool

  /// - Parameter takesArtifacts: whether what stands for itself and is no image is found, too.
  init(archive: StoredArchive, takesArtifacts: Bool = false) {
    self.archive = archive
    self.takesArtifacts = takesArtifacts
    images = Dictionary(grouping: archive.images.filter { $0.root != nil }) {
      $0.root?.descriptor.digest ?? .hash([])
    }
    dockerEntries = DockerEntryTable(archive.dockerEntries)
    isInOrder = archive.delta != nil && !archive.isFolder
  }

  func read() -> [StoredParts] {
    var known: [Digest: StoredParts] = [:]
    let images = roots.compactMap { root -> StoredParts? in
      // What it consists of is found once for all names.
      guard var image = known[root.digest] ?? parts(of: root) else { return nil }
      known[root.digest] = image
      image.parts.names = root.names
      image.parts.annotations = root.annotations
      return image
    }
    let artifacts = takesArtifacts ? StoredArtifactReader(archive: archive).read() : []
    return StoredReferrerReader(archive: archive).attach(to: images + artifacts)
  }

  /// A name or names and what they stand for.
  private struct Root {
    let digest: Digest
    var names: [ImageReference]
    let annotations: [String: String]
  }

  private var roots: [Root] {
    let named = Set(archive.entries.compactMap { $0.name == nil ? nil : $0.digest })
    let together = namesTogether
    var roots: [Root] = []
    // Where the image of one digest, with the same annotations and names that belong together, is among the roots.
    var places: [Place: Int] = [:]
    var known: Set<Digest> = []
    for entry in archive.entries {
      guard let first = images[entry.digest]?.first else { continue }
      var annotations = entry.ownAnnotations
      let isFirst = known.insert(entry.digest).inserted
      var names = entry.name.map { [$0] } ?? []
      if names.isEmpty, isFirst, !named.contains(entry.digest) {
        // `manifest.json` may know a name.
        names = first.names
        if !names.isEmpty { annotations[NameAnnotation.tag] = nil }
      }
      // An entry that says nothing more is no further image.
      if names.isEmpty, annotations.isEmpty, !isFirst || named.contains(entry.digest) { continue }
      let place = Place(
        digest: entry.digest, annotations: annotations,
        group: names.first.map { archive.dockerEntries.isEmpty ? "" : together[$0.qualifiedName] ?? $0.description })
      // Without a `manifest.json` only neighbours can be one image, or the order would be another one.
      if let index = places[place], !archive.dockerEntries.isEmpty || names.isEmpty || index == roots.count - 1 {
        for name in names where !roots[index].names.contains(name) { roots[index].names.append(name) }
      } else {
        places[place] = roots.count
        roots.append(Root(digest: entry.digest, names: names, annotations: annotations))
      }
    }
    addFurtherNames(to: &roots, together)
    return roots
  }

  /// Adds names that `manifest.json` alone knows: where others are that were given together with them, or else to the first
  /// image of the digest.
  private func addFurtherNames(to roots: inout [Root], _ together: [String: String]) {
    guard !archive.dockerEntries.isEmpty else { return }
    var given: Set<ImageReference> = []
    var (firsts, groups): ([Digest: Int], [Place: Int]) = ([:], [:])
    let place = { (digest: Digest, name: ImageReference) in
      together[name.qualifiedName].map { Place(digest: digest, annotations: [:], group: $0) }
    }
    for (index, root) in roots.enumerated() {
      if firsts[root.digest] == nil { firsts[root.digest] = index }
      for name in root.names {
        given.insert(name)
        if let place = place(root.digest, name), groups[place] == nil { groups[place] = index }
      }
    }
    for (digest, first) in firsts {
      for name in images[digest]?.first?.names ?? [] where given.insert(name).inserted {
        roots[place(digest, name).flatMap { groups[$0] } ?? first].names.append(name)
      }
    }
  }

  private struct Place: Hashable {
    let digest: Digest
    let annotations: [String: String]
    /// Nil where there is no name.
    let group: String?
  }

  /// One image may have several names. Which of them were given to it together, `manifest.json` tells: here by the first.
  private var namesTogether: [String: String] {
    var groups: [String: String] = [:]
    for entry in archive.dockerEntries {
      let names = entry.names.map(\.qualifiedName)
      guard let first = names.first else { continue }
      for name in names where groups[name] == nil { groups[name] = groups[first] ?? first }
    }
    return groups
  }

  private func parts(of root: Root) -> StoredParts? {
    var seen: Set<Digest> = []
    let group = (images[root.digest] ?? []).filter { image in
      image.document.map { seen.insert($0.descriptor.digest).inserted } ?? false
    }
    guard let document = group.first?.root else { return nil }
    let isIndex = group[0].document?.descriptor.digest != root.digest
    let shown = shown(group)
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
    return StoredParts(
      parts: parts, images: ordered,
      described: ordered.indices.filter { !dockerEntries.describing(ordered[$0]).isEmpty })
  }

  /// Which of the platforms `manifest.json` describes, or is to describe: the machine's own, where there is one.
  private func shown(_ images: [StoredImage]) -> Int {
    guard images.count > 1 else { return 0 }
    if let index = images.firstIndex(where: { !dockerEntries.describing($0).isEmpty }) { return index }
    if isInOrder {
      let first = inOrder(Array(images.indices)) { images[$0].document?.descriptor.digest }.first
      return first ?? 0
    }
    return Platform.host.best(among: images.map { (try? archive.platform(of: $0)) ?? nil }) ?? 0
  }

  /// The documents of an index that are no images, as far as the archive holds them, an index before what it names.
  private func attachments(of root: ImageDocument) -> [ImageParts.Attachment] {
    let images = Set(archive.images.compactMap { $0.document?.descriptor.digest })
    var seen: Set<Digest> = []
    var found: [ImageParts.Attachment] = []
    func follow(_ document: ImageDocument) {
      guard case .index(let index)? = document.parsed else { return }
      for entry in index.manifests {
        guard let child = archive.documents[entry.digest], seen.insert(entry.digest).inserted else { continue }
        switch child.parsed {
        case .manifest(let manifest)? where !images.contains(entry.digest):
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
