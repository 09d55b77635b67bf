import ImageModel

/// What a login is for: a whole registry, or what lies below a path there.
public struct LoginName: Sendable, Hashable, CustomStringConvertible {
  public let registry: RegistryName
  /// A repository, or a folder of repositories; nil for the whole registry.
  public let path: String?

  /// Reads `REGISTRY` or `REGISTRY/PATH`. A scheme and an old API path, as people paste them and Docker stores them, are
  /// left out.
  public init(parsing text: String) throws(ImageReferenceError) {
    let plain = CredentialKeys.plain(text)
    let slash = plain.firstIndex(of: "/")
    registry = try RegistryName(parsing: String(plain[..<(slash ?? plain.endIndex)]))
    guard let slash, plain[slash...] != "/" else {
      path = nil
      return
    }
    let path = String(plain[slash...].dropFirst())
    // Of the letters of a name, and as long as one.
    _ = try ImageReference(parsing: "\(registry)/\(path)")
    guard !path.contains(":") else {
      throw ImageReferenceError(text: text, reason: .repository(path), suggestion: nil)
    }
    self.path = path
  }

  /// The key that the entry has in a file of podman's.
  public var description: String { path.map { "\(registry)/\($0)" } ?? registry.description }

  /// The query that a login with this name is the closest answer to.
  var query: CredentialQuery { CredentialQuery(registry: registry.description, repository: path ?? "") }
}
