import ImageArchive
import ImageModel

extension ConversionImage {
  /// Replaces layers, and rewrites the manifests and the index that name them. Signatures and attestations of the original
  /// image are dropped: they no longer match.
  ///
  /// - Parameter made: new layers, by the digests of those in whose place they are.
  /// - Returns: what is left out.
  mutating func replace(_ made: [Digest: ContentOnDisk]) -> [LeftOutContent] {
    var changes: [Digest: ImageDocument] = [:]
    for (index, former) in parts.platforms.enumerated()
    where former.manifest.layers.contains(where: { made[$0.digest] != nil }) {
      let layers = former.manifest.layers.map { made[$0.digest]?.descriptor ?? $0 }
      let document = former.document.replacing(layers: layers, type: former.manifest.mediaType)
      changes[former.document.descriptor.digest] = document
      parts.platforms[index] = .init(
        document: document,
        manifest: Manifest(
          mediaType: former.manifest.mediaType, config: former.manifest.config, layers: layers,
          artifactType: former.manifest.artifactType, subject: former.manifest.subject,
          annotations: former.manifest.annotations))
    }
    return changes.isEmpty ? [] : follow(changes)
  }

  private mutating func follow(_ changes: [Digest: ImageDocument]) -> [LeftOutContent] {
    let stale = attestations(about: Set(changes.keys))
    var leftOut = parts.attachments.filter { stale.contains($0.document.descriptor.digest) }
      .map { LeftOutContent($0.document.descriptor, .layersRewritten) }
    parts.attachments.removeAll { stale.contains($0.document.descriptor.digest) }
    var rewriting = IndexRewriting(changes: changes, dropped: stale, nested: parts.attachments.map(\.document))
    parts.index = parts.index.map { rewriting.rewrite($0) }
    for index in parts.attachments.indices {
      let digest = parts.attachments[index].document.descriptor.digest
      if let document = rewriting.changes[digest] { parts.attachments[index].document = document }
    }
    var gone = Set(rewriting.changes.keys)
    // An index that is no part of the image names it as it was.
    for subject in parts.subjects where subject.entries.contains(where: { gone.contains($0.digest) }) {
      gone.insert(subject.descriptor.digest)
    }
    parts.subjects.removeAll { gone.contains($0.descriptor.digest) }
    while let index = parts.referrers.firstIndex(where: { gone.contains($0.referrer.subject) }) {
      let referrer = parts.referrers.remove(at: index).referrer
      gone.insert(referrer.document.descriptor.digest)
      leftOut.append(LeftOutContent(referrer, .layersRewritten))
    }
    return leftOut
  }

  /// Attestations of indexes that are about one of these manifests (BuildKit's attestation storage).
  private func attestations(about digests: Set<Digest>) -> Set<Digest> {
    let indexes = (parts.index.map { [$0] } ?? []) + parts.attachments.map(\.document)
    let named = indexes.flatMap(\.entries).filter { $0.attested.map { digests.contains($0) } ?? false }
    let pointing = parts.attachments.filter { attachment in
      guard case .manifest(let manifest)? = attachment.document.parsed, let subject = manifest.subject else {
        return false
      }
      return digests.contains(subject.digest)
    }
    return Set(named.map(\.digest) + pointing.map(\.document.descriptor.digest)).subtracting(digests)
  }
}

/// Writes indexes anew that name manifests which were written anew.
private struct IndexRewriting {
  /// What was, by its digest, and what is.
  private(set) var changes: [Digest: ImageDocument]
  private let dropped: Set<Digest>
  private let nested: [Digest: ImageDocument]

  /// - Parameters:
  ///   - dropped: entries that are to go.
  ///   - nested: documents that indexes name; those that are indexes are rewritten too.
  init(changes: [Digest: ImageDocument], dropped: Set<Digest>, nested: [ImageDocument]) {
    self.changes = changes
    self.dropped = dropped
    self.nested = Dictionary(nested.map { ($0.descriptor.digest, $0) }) { first, _ in first }
  }

  /// The index as it is now; the same where it names nothing that has changed. All that it says beside stays.
  mutating func rewrite(_ index: ImageDocument) -> ImageDocument {
    if let known = changes[index.descriptor.digest] { return known }
    guard case .index? = index.parsed, var tree = try? JSONTree(parsing: index.bytes),
      case .array(let entries)? = tree["manifests"]
    else { return index }
    var isChanged = false
    var kept: [JSONTree] = []
    for var entry in entries {
      let digest = entry["digest"]?.text.flatMap { try? Digest(parsing: $0) }
      if let digest, dropped.contains(digest) {
        isChanged = true
        continue
      }
      if let digest, let document = nested[digest] { _ = rewrite(document) }
      if let digest, let now = changes[digest] {
        entry["digest"] = .string("\(now.descriptor.digest)")
        entry["size"] = .number(now.descriptor.size)
        // The document itself, as it was.
        entry["data"] = nil
        isChanged = true
      }
      kept.append(entry)
    }
    guard isChanged else { return index }
    tree["manifests"] = .array(kept)
    let document = ImageDocument(tree, type: index.descriptor.mediaType)
    changes[index.descriptor.digest] = document
    return document
  }
}

extension ImageDocument {
  /// What an index names; nothing for a manifest.
  fileprivate var entries: [Descriptor] { if case .index(let index)? = parsed { index.manifests } else { [] } }

  /// A manifest with other layers. Annotations of replaced layers are dropped: they were about the old bytes.
  fileprivate func replacing(layers: [Descriptor], type: MediaType) -> Self {
    guard var tree = try? JSONTree(parsing: bytes), case .array(let old)? = tree["layers"] else { return self }
    let entries = zip(old, layers).map { entry, layer in
      entry["digest"]?.text == "\(layer.digest)" ? entry : .descriptor(layer)
    }
    tree["layers"] = .array(entries)
    return Self(tree, type: type)
  }
}
