import ImageModel

/// The index under the tag that lists what refers to a manifest where a registry keeps no list (distribution-spec "Referrers
/// Tag Schema"). Entries are added to it, and nothing else of it is lost.
struct ReferrerIndex {
  private var tree: JSONTree

  /// One without entries.
  init() {
    tree = .emptyIndex
  }

  /// Nil for what is no index.
  init?(parsing bytes: [UInt8]) {
    guard case .index? = try? ManifestDocument(parsing: bytes, contentType: .ociIndex),
      let tree = try? JSONTree(parsing: bytes)
    else { return nil }
    self.tree = tree
  }

  var bytes: [UInt8] { tree.bytes }

  var digests: Set<Digest> { Set(entries.compactMap { $0["digest"]?.text.flatMap { try? Digest(parsing: $0) } }) }

  private var entries: [JSONTree] { if case .array(let entries)? = tree["manifests"] { entries } else { [] } }

  /// Adds a manifest with what the specification wants to be said of it: its kind, and its annotations.
  mutating func add(_ descriptor: Descriptor, _ document: ManifestDocument) {
    let type: MediaType?
    let annotations: [String: String]
    switch document {
    case .manifest(let manifest):
      (type, annotations) = (manifest.artifactType ?? manifest.config.mediaType, manifest.annotations)
    case .index(let index): (type, annotations) = (index.artifactType, index.annotations)
    }
    var entry = JSONTree.descriptor(
      Descriptor(mediaType: document.mediaType, digest: descriptor.digest, size: descriptor.size))
    entry["artifactType"] = type.map { .string($0.rawValue) }
    entry["annotations"] = .annotations(annotations)
    tree["manifests"] = .array(entries + [entry])
  }
}
