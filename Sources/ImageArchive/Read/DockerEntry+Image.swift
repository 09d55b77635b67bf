import ImageModel

extension DockerEntry {
  /// Whether the entry describes an image of `index.json`: the same config and the same layers.
  func describes(_ image: StoredImage) -> Bool {
    Self.member(config) == image.configName && layers.map(Self.member) == image.layers.map(\.memberName)
  }

  /// The tags that are names.
  var names: [ImageReference] { repoTags.compactMap { try? ImageReference(parsing: $0) } }

  private static func member(_ name: String) -> String { MemberPath(name)?.text ?? name }
}

extension [StoredImage] {
  /// Gives images to which `index.json` gives no name those that `manifest.json` has for them.
  func named(by entries: [DockerEntry]) -> [StoredImage] {
    guard !entries.isEmpty else { return self }
    let taken = Set(flatMap(\.names))
    var names: [Digest: [ImageReference]] = [:]
    for image in self where image.names.isEmpty {
      guard let root = image.root?.descriptor.digest else { continue }
      for name in entries.filter({ $0.describes(image) }).flatMap(\.names)
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
