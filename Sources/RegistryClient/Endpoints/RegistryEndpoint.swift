import HTTPAccess
import ImageModel
import MachineConfiguration
import NIOHTTP1

/// Where a registry's API is, as it was found: an origin, and what every request there needs.
public struct RegistryEndpoint: Sendable, Hashable, CustomStringConvertible {
  package let origin: HTTPOrigin
  /// What stands before the repository's name in every address: `/v2`.
  package let apiPath: String
  /// Sent with every request to the origin itself, never along a redirect.
  package let headers: [HeaderField]
  /// The registry that a mirror is asked on behalf of, sent as `ns`; nil where the endpoint does not want it.
  package let namespace: String?

  package init(
    origin: HTTPOrigin, apiPath: String = PullEndpoint.standardPath, headers: [HeaderField] = [],
    namespace: String? = nil
  ) {
    self.origin = origin
    self.apiPath = apiPath
    self.headers = headers
    self.namespace = namespace
  }

  public var description: String {
    apiPath == PullEndpoint.standardPath ? origin.description : "\(origin)\(apiPath)"
  }

  /// The address without the query that names the registry; nil where it has none.
  func withoutNamespace(_ url: AbsoluteURL) -> AbsoluteURL? {
    guard let namespace, url.origin == origin else { return nil }
    let path = url.target.prefix { $0 != "?" }
    guard let plain = AbsoluteURL(origin: origin, target: String(path)),
      plain.appending(query: [("ns", namespace)]) == url
    else { return nil }
    return plain
  }
}

extension HTTPOrigin {
  /// Where Docker Hub's API is.
  static let dockerHubHost = "registry-1.docker.io"

  /// Where the API of a registry of this name is.
  package init?(_ registry: RegistryName, scheme: Scheme) {
    let host = registry.isDockerHub ? Self.dockerHubHost : registry.host
    self.init(scheme: scheme, host: host, port: registry.port)
  }
}
