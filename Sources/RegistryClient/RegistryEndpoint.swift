import ImageModel

/// Where a registry's API is: an origin, and what stands before the repository's name there.
public struct RegistryEndpoint: Sendable, Hashable, CustomStringConvertible {
  package let origin: HTTPOrigin
  /// Empty, or a prefix of repository names with its final slash, as some mirrors want it.
  package let repositoryPrefix: String

  package init(origin: HTTPOrigin, repositoryPrefix: String = "") {
    self.origin = origin
    self.repositoryPrefix = repositoryPrefix
  }

  /// The endpoint that a registry's name stands for: Docker Hub's API is on another host than its name.
  package init?(_ registry: RegistryName, scheme: HTTPOrigin.Scheme) {
    let host = registry.isDockerHub ? "registry-1.docker.io" : registry.host
    guard let origin = HTTPOrigin(scheme: scheme, host: host, port: registry.port) else { return nil }
    self.init(origin: origin)
  }

  package func repository(_ name: String) -> String { repositoryPrefix + name }

  public var description: String {
    repositoryPrefix.isEmpty ? origin.description : "\(origin)/\(repositoryPrefix)"
  }
}
