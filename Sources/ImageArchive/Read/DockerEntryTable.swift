import ImageModel

/// The entries of a `manifest.json`, found by the images that they describe.
struct DockerEntryTable: Sendable {
  private let entries: [String: [DockerEntry]]

  init(_ entries: [DockerEntry]) {
    self.entries = Dictionary(grouping: entries) { Self.member($0.config) }
  }

  /// Those that describe an image of `index.json`: the same config and the same layers.
  func describing(_ image: StoredImage) -> [DockerEntry] {
    (entries[image.configName] ?? []).filter { $0.layers.map(Self.member) == image.layers.map(\.memberName) }
  }

  private static func member(_ name: String) -> String { MemberPath(name)?.text ?? name }
}

extension DockerEntry {
  /// The tags that are names.
  var names: [ImageReference] { repoTags.compactMap { try? ImageReference(parsing: $0) } }
}

extension [StoredImage] {
  /// Gives images the further names that `manifest.json` has for them. A name that `index.json` gives to another image is
  /// that one's.
  func named(by entries: [DockerEntry]) -> [StoredImage] {
    guard !entries.isEmpty else { return self }
    let table = DockerEntryTable(entries)
    var taken = Set(flatMap(\.names).map(\.qualifiedName))
    var names: [Digest: [ImageReference]] = [:]
    for image in self {
      guard let root = image.root?.descriptor.digest else { continue }
      for name in table.describing(image).flatMap(\.names) where taken.insert(name.qualifiedName).inserted {
        names[root, default: []].append(name)
      }
    }
    guard !names.isEmpty else { return self }
    return map { image in
      guard let root = image.root, let found = names[root.descriptor.digest] else { return image }
      var image = image
      image.names += found
      return image
    }
  }
}
