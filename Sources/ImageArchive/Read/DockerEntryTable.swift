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
  /// Gives images to which `index.json` gives no name those that `manifest.json` has for them.
  func named(by entries: [DockerEntry]) -> [StoredImage] {
    guard !entries.isEmpty, contains(where: \.names.isEmpty) else { return self }
    let table = DockerEntryTable(entries)
    let taken = Set(flatMap(\.names))
    var names: [Digest: [ImageReference]] = [:]
    for image in self where image.names.isEmpty {
      guard let root = image.root?.descriptor.digest else { continue }
      for name in table.describing(image).flatMap(\.names)
      where !taken.contains(name) && names[root]?.contains(name) != true {
        names[root, default: []].append(name)
      }
    }
    return map { image in
      guard image.names.isEmpty, let root = image.root, let found = names[root.descriptor.digest] else { return image }
      var image = image
      image.names = found
      return image
    }
  }
}
