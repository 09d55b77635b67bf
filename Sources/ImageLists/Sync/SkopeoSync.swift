import ImageModel

/// The file of `skopeo sync --src yaml` (skopeo-sync(1), "YAML file content").
enum SkopeoSync {
  private static let lists = ["images", "images-by-tag-regex", "images-by-semver"]

  /// Whether a mapping is what this file has for a registry.
  static func isRegistry(_ node: YAMLNode) -> Bool {
    node.isMapping && lists.contains { node[$0].map { $0.isMapping || $0.isNothing } ?? false }
  }

  static func isRegistryName(_ text: String) -> Bool { (try? RegistryName(parsing: text)) != nil }

  static func read(_ root: YAMLNode, _ values: SyncValues) throws(ImageListError) -> SyncList {
    var list = SyncList(kind: .skopeo)
    let keys = SyncKeys(kind: .skopeo, known: Set(lists + ["credentials", "tls-verify", "cert-dir"]))
    for (key, node) in root.entries where key.text?.hasPrefix("x-") != true {
      let name = try values.text(key, of: "registry")
      let registry = try values.registry(name, line: key.line)
      try keys.check(node, in: &list)
      try add(entriesOf: node, registry, name, values, to: &list)
      try add(registry, node, values, at: key, to: &list)
    }
    return list
  }

  private static func add(
    entriesOf node: YAMLNode, _ registry: RegistryName, _ name: String, _ values: SyncValues,
    to list: inout SyncList
  ) throws(ImageListError) {
    for key in lists {
      guard let images = node[key], !images.isNothing else { continue }
      guard images.isMapping else { throw ImageListError(.unexpectedValue(key: key), line: images.line) }
      for (image, value) in images.entries {
        let text = try values.text(image, of: key)
        let (repository, tag) = try values.image("\(name)/\(text)", line: image.line)
        guard tag == nil else { throw ImageListError(.repositoryWithTag(text), line: image.line) }
        let tags: TagChoice =
          switch key {
          case "images": try listed(value, values)
          case "images-by-semver":
            .rules([
              TagRule(versions: [
                try values.versions(try values.text(value, of: key), .masterminds, line: value.line)
              ])
            ])
          default:
            .rules([
              TagRule(allowed: [
                try values.expression(try values.text(value, of: key), isAnchored: false, line: value.line)
              ])
            ])
          }
        list.entries.append(SyncEntry(source: .repository(repository), tags: tags, place: values.place(image)))
      }
    }
  }

  /// An empty list is for all tags.
  private static func listed(_ node: YAMLNode, _ values: SyncValues) throws(ImageListError) -> TagChoice {
    guard !node.isNothing else { return .all }
    guard case .sequence(let items) = node.content else {
      throw ImageListError(.unexpectedValue(key: "images"), line: node.line)
    }
    var tags: [ListedTag] = []
    for item in items { tags.append(try ListedTag(reading: try values.text(item, of: "images"), line: item.line)) }
    return tags.isEmpty ? .all : .listed(tags)
  }

  private static func add(
    _ registry: RegistryName, _ node: YAMLNode, _ values: SyncValues, at key: YAMLNode, to list: inout SyncList
  ) throws(ImageListError) {
    var found = SyncRegistry(registry: registry, place: values.place(key))
    if let login = node["credentials"], !login.isNothing {
      let keys = SyncKeys(
        kind: .skopeo, known: ["username", "password"], unsupported: ["identitytoken", "identityToken"])
      try keys.check(login, in: &list)
      found.login = SyncLogin(
        username: try values.optionalText(login, "username") ?? "",
        password: try values.optionalText(login, "password") ?? "")
    }
    found.security = try values.flag(node, "tls-verify").map { $0 ? .verified : .unverified }
    found.certificateFolder = try values.optionalText(node, "cert-dir")
    guard found.login != nil || found.security != nil || found.certificateFolder != nil else { return }
    list.registries.append(found)
  }
}

extension ListedTag {
  /// A tag, or a digest.
  init(reading text: String, line: Int) throws(ImageListError) {
    if text.contains(":"), let digest = try? Digest(parsing: text) {
      self.init(tag: nil, digest: digest)
      return
    }
    guard ReferenceGrammar.isTag(text) else { throw ImageListError(.tag(text), line: line) }
    self.init(tag: text)
  }
}
