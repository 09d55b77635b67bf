/// The keys under which a registry's entry may stand, best first. Hosts match as a whole, port included, never by a
/// prefix or suffix; paths match as a prefix of the repository's, by whole segments (containers-auth.json(5)).
struct CredentialKeys: Sendable, Hashable {
  /// Keys with a path: the repository's own first, then those of the folders above it.
  let paths: [String]
  /// Keys of the whole registry.
  let hosts: [String]
  /// The key that Docker uses towards a store of all credentials.
  let storeKey: String

  /// Docker Hub's key since the days of its first API.
  static let dockerHub = "https://index.docker.io/v1/"

  init(_ query: CredentialQuery) {
    let isDockerHub = query.registry == "docker.io"
    hosts =
      isDockerHub
      ? [Self.dockerHub, "docker.io", "index.docker.io", "registry-1.docker.io"] : [query.registry]
    storeKey = isDockerHub ? Self.dockerHub : query.registry
    var paths: [String] = []
    var segments = query.repository.split(separator: "/")
    while !segments.isEmpty {
      paths.append("\(query.registry)/\(segments.joined(separator: "/"))")
      segments.removeLast()
    }
    self.paths = paths
  }

  /// What an old key means: without its scheme and without the API's path.
  static func plain(_ key: String) -> String {
    let scheme = ["https://", "http://"].first { key.hasPrefix($0) } ?? ""
    var rest = key.dropFirst(scheme.count)
    if !scheme.isEmpty {
      for path in ["/v1/", "/v2/", "/v1", "/v2"] where rest.hasSuffix(path) {
        rest.removeLast(path.count)
        break
      }
    }
    if rest.hasSuffix("/") { rest.removeLast() }
    return String(rest)
  }
}
