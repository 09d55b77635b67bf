import ImageModel

/// What is set up on the machine for podman, containerd and docker, as far as it says where images come from. Files are
/// read when they are asked for, and not before.
///
/// Of `registries.conf`, `hosts.toml` and `daemon.json` the first that says something about an image's registry is
/// followed, and the others are not.
public struct MachineConfiguration: Sendable {
  private let roots: ConfigurationRoots

  public init(_ roots: ConfigurationRoots) {
    self.roots = roots
  }

  /// The places where an image can be asked for, best first, its origin last.
  ///
  /// - Throws: ``ConfigurationError``.
  public func endpoints(for reference: ImageReference) throws(ConfigurationError) -> [PullEndpoint] {
    if let found = try RegistriesConfiguration(roots).endpoints(for: reference) { return found }
    if let hosts = try ContainerdHosts(roots, for: reference.registry) { return try hosts.endpoints(for: reference) }
    if let found = try DockerDaemonConfiguration(roots).endpoints(for: reference) { return found }
    return [.origin(of: reference)]
  }

  /// A name that stands for a shorter one.
  public struct FullName: Sendable, Hashable {
    /// The name with its registry, and with the tag and the digest of the shorter one.
    public let text: String
    public let provenance: PullEndpoint.Provenance
  }

  /// What a name without a registry means by `registries.conf`: its alias, or the name in the first of the
  /// `unqualified-search-registries`. Nil where the name has a registry, or the configuration says nothing: then it is
  /// one of Docker Hub.
  ///
  /// - Throws: ``ConfigurationError``.
  public func fullName(of text: String) throws(ConfigurationError) -> FullName? {
    guard !text.isEmpty, !ImageReference.namesRegistry(text) else { return nil }
    let configuration = try RegistriesConfiguration(roots)
    let end = text.firstIndex { $0 == ":" || $0 == "@" } ?? text.endIndex
    if let alias = configuration.aliases[String(text[..<end])] {
      return FullName(text: alias.text + text[end...], provenance: .file(path: alias.path, line: alias.line))
    }
    guard let search = configuration.searchRegistry else { return nil }
    return FullName(text: "\(search.text)/\(text)", provenance: .file(path: search.path, line: search.line))
  }
}
