import ImageModel

/// What can be pulled at the moment: what is on disk, and what was pushed.
package struct ServedImages: Sendable {
  let contents: ServedContents
  let changing: (any ChangingImages)?

  package init(_ contents: ServedContents, changing: (any ChangingImages)? = nil) {
    (self.contents, self.changing) = (contents, changing)
  }

  func hasRepository(_ name: String) -> Bool {
    contents.repositories[name] != nil || contents.pending.contains(name) || changing?.hasRepository(name) == true
  }

  /// What stands for a name in full in a request: a repository's name has no room for the port of its registry.
  static func requestName(_ name: String) -> String {
    guard let slash = name.firstIndex(of: "/") else { return name }
    let path = name[name.index(after: slash)...]
    guard let registry = try? RegistryName(parsing: String(name[..<slash])) else { return name }
    if registry.isDockerHub || registry.host.hasPrefix("[") { return String(path) }
    return registry.port == nil ? name : "\(registry.host)/\(path)"
  }

  /// The names in full that a host and a path may mean, whatever the port.
  func repositories(ofPath path: String, host: String) -> [String] {
    repositories(ofPath: path).filter { name in
      (try? RegistryName(parsing: String(name.prefix { $0 != "/" })))?.host == host
    }
  }

  /// The names in full of a path, whatever its registry.
  func repositories(ofPath path: String) -> [String] {
    let pushed = changing?.repositories.filter { $0.path.map { $0 == path } ?? false } ?? []
    return Array(Set((contents.registries[path] ?? []) + pushed))
  }

  /// Registry and path of each, sorted by their bytes.
  package var repositories: [String] {
    Set(Array(contents.repositories.keys) + (changing?.repositories ?? [])).sorted(by: Self.precedes)
  }

  /// Sorted by their bytes.
  package func tags(of repository: String) -> [String] {
    let known = contents.repositories[repository].map { Array($0.tags.keys) } ?? []
    return Set(known + (changing?.tags(of: repository) ?? [])).sorted(by: Self.precedes)
  }

  /// How many names with a tag there are.
  package var tagCount: Int { repositories.reduce(0) { $0 + tags(of: $1).count } }

  /// What is about a manifest, each once: what says so itself, and what a list under the tag for that names.
  package func referrers(of subject: Digest, in repository: String) -> [Descriptor] {
    var seen: Set<Digest> = []
    let known = contents.repositories[repository]?.referrers[subject] ?? []
    let pushed = changing?.referrers(of: subject, in: repository) ?? []
    return (pushed + known + contents.taggedReferrers(of: subject, in: repository)).filter {
      seen.insert($0.digest).inserted
    }
  }

  static func precedes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }
}

extension ChangingImages {
  fileprivate func hasRepository(_ name: String) -> Bool { repositories.contains(name) }
}

extension String {
  /// Of a repository's name in full: without the registry.
  fileprivate var path: Substring? { firstIndex(of: "/").map { self[index(after: $0)...] } }
}
