import ImageModel
import RegistryClient

extension RegistryAccess {
  /// Reads a reference as one types it. What a name without a registry means, the machine's configuration may say: then there
  /// may be several, to be asked for in this order. There is at least one.
  ///
  /// - Throws: `ImageReferenceError`; `ConfigurationError`.
  public func references(parsing text: String) throws -> [ImageReference] {
    try fullNames(of: text).map { try ImageReference(parsing: $0) }
  }

  /// The same for a pattern of names.
  ///
  /// - Throws: `ImageReferenceError`; `ConfigurationError`.
  public func patterns(parsing text: String) throws -> [ImagePattern] {
    try fullNames(of: text).map { try ImagePattern(parsing: $0) }
  }

  private func fullNames(of text: String) throws -> [String] {
    let names = try machine.fullNames(of: text).map(\.text)
    return names.isEmpty ? [text] : names
  }

  /// What a name means: the registries are searched where there are several for names without one.
  ///
  /// - Throws: as ``references(parsing:)`` and ``first(of:text:hasLogin:)``.
  public func reference(finding text: String, hasLogin: Bool = false) async throws -> ImageReference {
    let names = try references(parsing: text)
    return names.count == 1 ? names[0] : try await first(of: names, text: text, hasLogin: hasLogin)
  }

  /// The same for a pattern of names.
  public func pattern(finding text: String, hasLogin: Bool = false) async throws -> ImagePattern {
    let patterns = try patterns(parsing: text)
    return patterns.count == 1 ? patterns[0] : try await first(of: patterns, text: text, hasLogin: hasLogin)
  }

  /// The first of several names under which there is an image. A registry that wants a login answers so to what it does not
  /// have, too: it is passed over where another has the image, unless there is a login for it.
  ///
  /// - Parameters:
  ///   - text: the name as it was typed.
  ///   - hasLogin: whether there is a login that this access does not know of.
  /// - Throws: ``FailedImage`` where a registry cannot say whether it has the image;
  ///   ``ResolveError/foundNowhere(name:registries:)``; `ConfigurationError`; `CancellationError`.
  public func first(of names: [ImageReference], text: String, hasLogin: Bool) async throws -> ImageReference {
    try await RegistryDoor.with(self, registries: names.map(\.registry)) { door in
      try await first(of: names, text: text, hasLogin: hasLogin, over: door)
    }
  }

  /// The same over connections that are there, which know refused logins.
  func first(
    of names: [ImageReference], text: String, hasLogin: Bool, over door: RegistryDoor
  ) async throws -> ImageReference {
    try await search(names, in: \.registry, text: text, hasLogin: hasLogin) { name in
      let sources = try ImageSources(name, by: door) { _ in }
      do {
        _ = try await ImageInspector(sources: sources).digest(of: name, platform: nil) { _ in }
      } catch let error as RegistryError where !error.isOfAbsence {
        throw FailedImage(reference: name, error: error)
      }
      return true
    }
  }

  /// The first of several patterns that an image fits; without tags in it, the first whose repositories there are.
  ///
  /// - Parameters:
  ///   - text: the pattern as it was typed.
  ///   - hasLogin: whether there is a login that this access does not know of.
  /// - Throws: `RegistryError` where a registry cannot say what it has; ``ResolveError/foundNowhere(name:registries:)``;
  ///   `ConfigurationError`; `CancellationError`.
  public func first(of patterns: [ImagePattern], text: String, hasLogin: Bool) async throws -> ImagePattern {
    try await RegistryDoor.with(self, registries: patterns.map(\.registry)) { door in
      try await first(of: patterns, text: text, hasLogin: hasLogin, over: door)
    }
  }

  /// The same over connections that are there, which know refused logins.
  func first(
    of patterns: [ImagePattern], text: String, hasLogin: Bool, over door: RegistryDoor
  ) async throws -> ImagePattern {
    try await search(patterns, in: \.registry, text: text, hasLogin: hasLogin) { pattern in
      try await !PatternSearch(door: door).images(matching: pattern, tags: []) { _ in }.isEmpty
    }
  }

  private func search<Name>(
    _ names: [Name], in registry: (Name) -> RegistryName, text: String, hasLogin: Bool,
    for isThere: (Name) async throws -> Bool
  ) async throws -> Name {
    var closed: Name?
    for name in names {
      do {
        if try await isThere(name) { return name }
      } catch let error as RegistryError where error.isOfAbsence {
        switch error.reason {
        case .auth(.loginRequired) where hasLogin: return name
        case .auth, .listNotOffered: closed = closed ?? name
        default: continue
        }
      }
    }
    if let name = closed { return name }
    throw ResolveError.foundNowhere(name: text, registries: names.map { "\(registry($0))" })
  }
}

extension RegistryError {
  /// Whether a registry answers so to what it does not have, or where it does not tell what it has.
  fileprivate var isOfAbsence: Bool {
    switch reason {
    case .repositoryNotFound, .manifestNotFound, .auth(.loginRequired), .auth(.accessDenied), .listNotOffered: true
    default: false
    }
  }
}
