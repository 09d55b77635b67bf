import FileAccess
import ImageModel

/// What the folders of one host hold, as docker and podman lay them out: authorities to trust in `*.crt`, and what dray
/// shows of itself in a pair of `NAME.cert` and `NAME.key`.
///
/// Looked at are, for a registry at `HOST:PORT`, the folders `HOST:PORT`, and for one at HTTPS's own port also `HOST`, in
/// `~/.config/containers/certs.d`, `/etc/containers/certs.d` and `/etc/docker/certs.d`, for Docker Hub's registry also
/// `docker.io`, as podman has it; and where containerd's folder for the registry has no `hosts.toml`, that one. All authorities
/// count; of the pairs the first in this order.
extension HostTrust {
  /// The host of Docker Hub's API.
  private static let dockerHub = "registry-1.docker.io"

  /// - Parameters:
  ///   - host: in lower case; an IPv6 address without its brackets.
  ///   - defaultPort: the port that an address of the registry need not name.
  package init(_ roots: ConfigurationRoots, host: String, port: Int, defaultPort: Int = 443) {
    self.init()
    for folder in Self.folders(roots, host: host, port: port, defaultPort: defaultPort) { add(folder: folder) }
  }

  /// Adds what a folder holds, after what is known already.
  package mutating func add(folder: String) {
    let names = FileLook.names(in: folder)
    authorityFiles += names.filter { $0.hasSuffix(".crt") }.map { "\(folder)/\($0)" }
    guard client == nil, let name = names.first(where: { $0.hasSuffix(".cert") }) else { return }
    let stem = name.dropLast(".cert".count)
    client = ClientCertificate(certificateFile: "\(folder)/\(name)", keyFile: "\(folder)/\(stem).key")
  }

  private static func folders(_ roots: ConfigurationRoots, host: String, port: Int, defaultPort: Int) -> [String] {
    let parents =
      (roots.user.map { ["\($0)/containers/certs.d"] } ?? [])
      + (roots.system.map { ["\($0)/containers/certs.d", "\($0)/docker/certs.d"] } ?? [])
    let isHub = host == dockerHub && port == 443
    let host = host.contains(":") ? "[\(host)]" : host
    let names = ["\(host):\(port)"] + (port == 443 ? [host] : []) + (isHub ? ["docker.io"] : [])
    return parents.flatMap { parent in names.map { "\(parent)/\($0)" } }
      + (containerdFolder(roots, host: isHub ? "docker.io" : host, port: port == defaultPort ? nil : port)
        .map { [$0] } ?? [])
  }

  /// containerd takes its folder of a registry for one like docker's, where no `hosts.toml` is in it.
  private static func containerdFolder(_ roots: ConfigurationRoots, host: String, port: Int?) -> String? {
    guard let folder = ContainerdHosts.folder(roots, host: host, port: port), !folder.hasSuffix("/_default") else {
      return nil
    }
    return FileLook.isFile("\(folder)/hosts.toml") ? nil : folder
  }
}
