/// How images get new names from those that they have: the same for every command that moves images.
public struct ImageNaming: Sendable, Hashable {
  /// Nil for registry, path and tag as the command has them.
  public var template: NameTemplate?
  /// Beginnings of names that are left out, whole parts of them: `team`, `docker.io/library`. The first that fits counts.
  public var strippedPrefixes: [String]
  /// Whether of a repository its last part stays alone.
  public var flattens: Bool

  public init(template: NameTemplate? = nil, strippedPrefixes: [String] = [], flattens: Bool = false) {
    self.template = template
    self.strippedPrefixes = strippedPrefixes
    self.flattens = flattens
  }

  /// Whether names stay as they are.
  public var isPlain: Bool { template == nil && strippedPrefixes.isEmpty && !flattens }

  /// An image that is to be named.
  public struct Subject: Sendable, Hashable {
    public var reference: ImageReference
    /// Nil where it is not known yet.
    public var digest: Digest?
    /// Where one is copied alone.
    public var platform: Platform?

    public init(_ reference: ImageReference, digest: Digest? = nil, platform: Platform? = nil) {
      self.reference = reference
      self.digest = digest ?? reference.digest
      self.platform = platform
    }
  }

  /// The name below a path of a registry, which may be empty. Without a template it is the name without its registry, and
  /// without Docker Hub's `library/` elsewhere.
  ///
  /// - Throws: ``ImageNamingError``.
  public func name(
    of image: Subject, below registry: RegistryName, path: String
  ) throws(ImageNamingError) -> ImageReference {
    let reference = image.reference
    let digest = reference.tag == nil ? image.digest : nil
    guard let template else {
      let own = registry.isDockerHub ? reference.repository : reference.repositoryWithoutLibrary
      let repository = try repository(of: reference, startingWith: own)
      return try made(registry, path, repository, tag: reference.tag, digest: digest, from: reference)
    }
    let text = try filled(template, image, isWhole: false)
    let (repository, tag) = Self.split(text)
    return try made(registry, path, repository, tag: tag ?? reference.tag, digest: digest, from: reference)
  }

  /// The whole name; without a template it keeps its registry.
  ///
  /// - Throws: ``ImageNamingError``.
  public func name(of image: Subject) throws(ImageNamingError) -> ImageReference {
    let reference = image.reference
    guard let template else {
      let repository = try repository(of: reference, startingWith: reference.repository)
      return try made(reference.registry, "", repository, tag: reference.tag, digest: nil, from: reference)
    }
    let text = try filled(template, image, isWhole: true)
    do {
      let name = try ImageReference(parsing: text)
      return Self.split(text).tag == nil ? try name.with(tag: reference.tag ?? name.tag) : name
    } catch { throw .notAName(text, of: "\(reference)", error) }
  }

  private func made(
    _ registry: RegistryName, _ path: String, _ repository: String, tag: String?, digest: Digest?,
    from reference: ImageReference
  ) throws(ImageNamingError) -> ImageReference {
    let whole = path.isEmpty ? repository : "\(path)/\(repository)"
    do {
      return try ImageReference(registry: registry, repository: whole, tag: tag, digest: tag == nil ? digest : nil)
    } catch { throw .notAName("\(registry)/\(whole)", of: "\(reference)", error) }
  }

  private func filled(
    _ template: NameTemplate, _ image: Subject, isWhole: Bool
  ) throws(ImageNamingError) -> String {
    var text = ""
    for part in template.parts {
      switch part {
      case .text(let given): text += given
      case .field(let field):
        guard let value = try value(of: field, image, isWhole: isWhole && text.isEmpty) else {
          throw .missing(field, of: "\(image.reference)")
        }
        text += value
      }
    }
    return text
  }

  private func value(
    of field: NameTemplate.Field, _ image: Subject, isWhole: Bool
  ) throws(ImageNamingError) -> String? {
    let reference = image.reference
    switch field {
    // A port has no place inside of a path.
    case .registry: return isWhole ? "\(reference.registry)" : "\(reference.registry)".portless
    case .path: return try repository(of: reference, startingWith: reference.repository)
    case .name: return reference.repository.split(separator: "/").last.map(String.init)
    case .tag: return reference.tag
    case .digest: return image.digest.map { String($0.hexadecimal.prefix(12)) }
    case .platform: return image.platform.map { "\($0)".replacingSlashes }
    }
  }

  /// The repository without the first prefix that fits, or its last part.
  private func repository(
    of reference: ImageReference, startingWith own: String
  ) throws(ImageNamingError) -> String {
    // Lists are long: a name that stays as it is stands in memory once.
    guard flattens || !strippedPrefixes.isEmpty else { return own }
    let parts = own.split(separator: "/").map(String.init)
    for prefix in strippedPrefixes {
      let wanted = prefix.split(separator: "/").map(String.init)
      // A prefix may begin with the registry, and then stands before the whole repository.
      for (whole, isQualified) in [(parts, false), (reference.qualifiedParts, true)] where whole.starts(with: wanted) {
        let rest = whole.dropFirst(isQualified ? max(1, wanted.count) : wanted.count)
        guard !rest.isEmpty else { throw .nothingLeft(prefix: prefix, of: "\(reference)") }
        return flattens ? rest[rest.endIndex - 1] : rest.joined(separator: "/")
      }
    }
    return flattens ? parts.last ?? own : own
  }

  private static func split(_ text: String) -> (repository: String, tag: String?) {
    let start = text.lastIndex(of: "/").map { text.index(after: $0) } ?? text.startIndex
    guard let colon = text[start...].firstIndex(of: ":") else { return (text, nil) }
    return (String(text[..<colon]), String(text[colon...].dropFirst()))
  }
}

/// Why an image gets no new name.
public enum ImageNamingError: ClassifiedError, Hashable {
  /// A brace without its partner, or nothing.
  case template(String)
  /// A field that is not known.
  case field(String)
  /// The image does not have what a field stands for.
  case missing(NameTemplate.Field, of: String)
  /// A prefix is the whole name.
  case nothingLeft(prefix: String, of: String)
  case notAName(String, of: String, ImageReferenceError)
  /// Two images would get one name.
  case sameName(String, images: [String])

  public var failureClass: FailureClass { .usage }
}

extension ImageReference {
  fileprivate var repositoryWithoutLibrary: String {
    registry.isDockerHub && repository.hasPrefix("library/")
      ? String(repository.dropFirst("library/".count)) : repository
  }

  fileprivate var qualifiedParts: [String] { ["\(registry)"] + repository.split(separator: "/").map(String.init) }
}

extension String {
  /// With a port as `-5000`, and without the brackets of an IPv6 address.
  fileprivate var portless: String {
    String(compactMap { $0 == ":" ? "-" : $0 == "[" || $0 == "]" ? nil : $0 })
  }

  fileprivate var replacingSlashes: String { String(map { $0 == "/" ? "-" : $0 }) }
}
