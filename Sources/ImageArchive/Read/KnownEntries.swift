import ImageModel

/// An `index.json`, without the entries whose digests nobody here can check. Other programs may know further algorithms
/// (image-spec, descriptor.md "Digests"): such an entry says nothing about those beside it.
struct KnownEntries: Sendable {
  let index: Index
  /// What stands where the digests of the entries are that are left out, each once.
  let unknownDigests: [String]

  /// Nil for what is no index.
  init?(parsing bytes: [UInt8]) {
    if let index = Self.index(bytes) {
      (self.index, unknownDigests) = (index, [])
      return
    }
    guard var tree = try? JSONTree(parsing: bytes), case .array(let entries)? = tree["manifests"] else { return nil }
    let isKnown = { (entry: JSONTree) in entry["digest"]?.text.map { (try? Digest(parsing: $0)) != nil } ?? false }
    let known = entries.filter(isKnown)
    guard known.count < entries.count else { return nil }
    tree["manifests"] = .array(known)
    guard let index = Self.index(tree.bytes) else { return nil }
    self.index = index
    var seen: Set<String> = []
    unknownDigests = entries.filter { !isKnown($0) }.map { $0["digest"]?.text ?? "" }.filter {
      seen.insert($0).inserted
    }
  }

  private static func index(_ bytes: [UInt8]) -> Index? {
    guard case .index(let index)? = try? ManifestDocument(parsing: bytes, contentType: .ociIndex) else { return nil }
    return index
  }
}
