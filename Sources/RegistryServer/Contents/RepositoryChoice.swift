import ImageModel

/// Which repositories a name in a request may mean.
///
/// A registry in `?ns=` decides, then one at the beginning of the path, then Docker Hub, then the only repository of that
/// path. A registry's port, for which a name has no room, is left out; several of one path are told apart by the client alone.
package enum RepositoryChoice: Sendable, Hashable {
  /// The names in full.
  case one(String)
  case several([String])
  case none
  /// The name is none that a registry knows (distribution-spec, "Pulling manifests").
  case invalid

  package init(_ name: String, namespace: String?, in images: ServedImages) {
    guard let places = Self.places(name, namespace: namespace) else {
      self = .invalid
      return
    }
    if let known = places.first(where: images.hasRepository) {
      self = .one(known)
      return
    }
    let others = namespace == nil ? Self.others(name, in: images) : []
    self = others.isEmpty ? .none : others.count == 1 ? .one(others[0]) : .several(others.sorted())
  }

  /// What is meant by a host without its port, or by a path alone.
  private static func others(_ name: String, in images: ServedImages) -> [String] {
    if let slash = name.firstIndex(of: "/"), ImageReference.namesRegistry(name),
      let registry = try? RegistryName(parsing: String(name[..<slash]))
    {
      let below = images.repositories(ofPath: String(name[name.index(after: slash)...]), host: registry.host)
      if !below.isEmpty { return below }
    }
    return images.repositories(ofPath: name)
  }

  /// Where the name is looked for, in this order; nil where it is no name.
  private static func places(_ name: String, namespace: String?) -> [String]? {
    if let namespace {
      guard let registry = try? RegistryName(parsing: namespace) else { return nil }
      return repositories(name, in: registry)
    }
    var places: [String] = []
    if ImageReference.namesRegistry(name), let slash = name.firstIndex(of: "/"),
      let registry = try? RegistryName(parsing: String(name[..<slash]))
    {
      places = repositories(String(name[name.index(after: slash)...]), in: registry) ?? []
    }
    guard let onHub = repositories(name, in: .dockerHub) else { return places.isEmpty ? nil : places }
    return places + onHub
  }

  private static func repositories(_ name: String, in registry: RegistryName) -> [String]? {
    guard let exact = try? ImageReference(registry: registry, repository: name) else { return nil }
    guard registry.isDockerHub, !name.contains("/"),
      let official = try? ImageReference(registry: registry, repository: "library/\(name)")
    else { return [exact.qualifiedRepository] }
    return [official.qualifiedRepository, exact.qualifiedRepository]
  }
}
