/// What the folders of one host hold, as docker and podman lay them out: authorities to trust in `*.crt`, and what dray
/// shows of itself in a pair of `NAME.cert` and `NAME.key`.
///
/// Looked at are, for a registry at `HOST:PORT`, the folders `HOST:PORT`, and for one at HTTPS's own port also `HOST`, in
/// `~/.config/containers/certs.d`, `/etc/containers/certs.d` and `/etc/docker/certs.d`, for Docker Hub's registry also
/// `docker.io`, as podman has it; and where containerd's folder for the registry has no `hosts.toml`, that one. All authorities
/// count; of the pairs the first in this order.
package struct HostCertificates: Sendable, Hashable {
  package var authorityFiles: [String] = []
  package var client: ClientCertificate?

  package init() {}

  package init(_ roots: ConfigurationRoots, for origin: HTTPOrigin) {
    for folder in Self.folders(roots, for: origin) {
      let names = FileLook.names(in: folder)
      authorityFiles += names.filter { $0.hasSuffix(".crt") }.map { "\(folder)/\($0)" }
      guard client == nil, let name = names.first(where: { $0.hasSuffix(".cert") }) else { continue }
      let stem = name.dropLast(".cert".count)
      client = ClientCertificate(certificateFile: "\(folder)/\(name)", keyFile: "\(folder)/\(stem).key")
    }
  }

  static func folders(_ roots: ConfigurationRoots, for origin: HTTPOrigin) -> [String] {
    let parents =
      (roots.user.map { ["\($0)/containers/certs.d"] } ?? [])
      + (roots.system.map { ["\($0)/containers/certs.d", "\($0)/docker/certs.d"] } ?? [])
    let host = origin.host.contains(":") ? "[\(origin.host)]" : origin.host
    let isHub = origin.host == HTTPOrigin.dockerHubHost && origin.port == 443
    let names = [origin.authority] + (origin.port == 443 ? [host] : []) + (isHub ? ["docker.io"] : [])
    return parents.flatMap { parent in names.map { "\(parent)/\($0)" } }
      + (containerdFolder(roots, host: isHub ? "docker.io" : host, origin).map { [$0] } ?? [])
  }

  /// containerd takes its folder of a registry for one like docker's, where no `hosts.toml` is in it.
  private static func containerdFolder(_ roots: ConfigurationRoots, host: String, _ origin: HTTPOrigin) -> String? {
    let port = origin.port == origin.scheme.defaultPort ? nil : origin.port
    guard let folder = ContainerdHosts.folder(roots, host: host, port: port), !folder.hasSuffix("/_default") else {
      return nil
    }
    return FileLook.isFile("\(folder)/hosts.toml") ? nil : folder
  }
}

/// A certificate that dray shows, and its key: two PEM files.
package struct ClientCertificate: Sendable, Hashable {
  package let certificateFile: String
  package let keyFile: String

  package init(certificateFile: String, keyFile: String) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
  }
}
