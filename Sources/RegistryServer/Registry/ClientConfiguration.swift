import ImageModel

/// The configuration that makes a client ask this server first: what `dray serve --print-config` prints.
public enum ClientConfiguration: String, Sendable, CaseIterable {
  case docker, containerd, k3s, podman, buildkit

  /// As people write it.
  var name: String {
    switch self {
    case .docker: "Docker"
    case .containerd: "containerd"
    case .k3s: "k3s, RKE2"
    case .podman: "Podman"
    case .buildkit: "BuildKit"
    }
  }

  /// The file that the text belongs into; of several, their folder.
  var path: String {
    switch self {
    case .docker: "/etc/docker/daemon.json"
    case .containerd: "/etc/containerd/certs.d"
    case .k3s: "/etc/rancher/k3s/registries.yaml"
    case .podman: "/etc/containers/registries.conf.d/50-dray.conf"
    case .buildkit: "/etc/buildkit/buildkitd.toml"
    }
  }

  /// The text of the file, its path and what to do with it as comments, where the format has some.
  public func text(for server: MirrorServer) -> String {
    let notes = server.notes.map { "# \($0)\n" }.joined()
    switch self {
    case .docker:
      // JSON has no comments. For Docker Hub alone: docker has no mirrors of other registries.
      let insecure = server.isEncrypted ? "" : ",\n  \"insecure-registries\": [\"\(server.authority)\"]"
      return "{\n  \"registry-mirrors\": [\"\(server.url)\"]\(insecure)\n}\n"
    case .containerd: return notes + containerd(server)
    case .k3s: return k3s(server, notes)
    case .podman:
      return "# \(path)\n" + notes + login(server, with: "podman login")
        + copy(server, to: "/etc/containers/certs.d/\(server.authority)/ca.crt") + podman(server)
    case .buildkit:
      return "# \(path)\n" + notes + login(server, with: "docker login") + buildKit(server)
    }
  }

  private func login(_ server: MirrorServer, with command: String) -> String {
    server.loginName == nil ? "" : "# The server wants a login: \(command) \(server.authority)\n"
  }

  /// How a client comes to know the server's own authority.
  private func copy(_ server: MirrorServer, to file: String) -> String {
    guard server.signsItself else { return "" }
    return "# The server's authority.pem, which dray serve names when it starts, has to be copied:\n"
      + "# install -D -m 644 authority.pem \(file)\n"
  }

  private func containerd(_ server: MirrorServer) -> String {
    let authority = "\(path)/dray.pem"
    let trust = server.signsItself ? copy(server, to: authority).indented + "  ca = \"\(authority)\"\n" : ""
    let login =
      server.loginName == nil
      ? ""
      : """
        # The server wants a login. It stands in this file, which root alone should read then (chmod 600):
        #  [host."\(server.url)".header]
        #    Authorization = "Basic <base64 of user:password>"

      """
    return server.registries.map { registry in
      let origin = registry == "docker.io" ? "registry-1.docker.io" : registry
      return """
        # \(path)/\(registry)/hosts.toml
        # and config_path = "\(path)" in containerd's config.toml
        # Asked for what this server does not have; in a network without a way out put "\(server.url)" here too.
        server = "https://\(origin)"

        [host."\(server.url)"]
          capabilities = ["pull", "resolve"]

        """ + trust + login
    }.joined(separator: "\n")
  }

  private func buildKit(_ server: MirrorServer) -> String {
    let authority = "/etc/buildkit/dray.pem"
    let byName =
      "# BuildKit does not send it to mirrors:\n"
      + "# FROM \(server.authority)/nginx:1.21.4 in place of FROM nginx:1.21.4.\n"
    return (server.loginName == nil ? "" : byName) + copy(server, to: authority)
      + server.registries.map { "[registry.\"\($0)\"]\n  mirrors = [\"\(server.authority)\"]\n" }.joined()
      // Without a word it asks a name of its own machine by http.
      + "\n[registry.\"\(server.authority)\"]\n  http = \(!server.isEncrypted)\n"
      + (server.signsItself ? "  ca = [\"\(authority)\"]\n" : "")
  }

  private func podman(_ server: MirrorServer) -> String {
    // It reads a location as the name of an image.
    guard (try? RegistryName(parsing: server.authority))?.isIPv6Address != true else {
      return "\n# podman takes no IPv6 address for a mirror: give the server a host name with --server-name.\n"
    }
    var hosts: [String: Int] = [:]
    let registries = server.registries.map { (text: $0, name: try? RegistryName(parsing: $0)) }
    for case let name? in registries.map(\.name) { hosts[name.host, default: 0] += 1 }
    return registries.map { text, name in
      // The registry goes into the path, which has no room for a port or for the brackets of an address.
      guard let name, !name.isIPv6Address, hosts[name.host] == 1 else {
        return "\n# \(text) is left out: in the path of a mirror, this server could not tell which registry is meant.\n"
      }
      return "\n[[registry]]\nlocation = \"\(text)\"\n"
        + "\n[[registry.mirror]]\nlocation = \"\(server.authority)/\(name.host)\"\n"
        + (server.isEncrypted ? "" : "insecure = true\n")
    }.joined()
  }
}

// MARK: k3s

extension ClientConfiguration {
  private func k3s(_ server: MirrorServer, _ notes: String) -> String {
    // A name of the server's own is asked for there by https, unless an endpoint says otherwise.
    let own = server.loginName == nil ? [] : [server.authority]
    let mirrors = (server.registries + own).map { "  \"\($0)\":\n    endpoint:\n      - \"\(server.url)\"\n" }.joined()
    return """
      # \(path) (RKE2: /etc/rancher/rke2/registries.yaml); then restart k3s.
      # Without a way to the registries themselves: k3s server --disable-default-registry-endpoint
      \(notes)mirrors:
      \(mirrors)
      """ + k3sConfigs(server)
  }

  private func k3sConfigs(_ server: MirrorServer) -> String {
    var parts: [String] = []
    if let name = server.loginName {
      // JSON is YAML, and a name may hold any character.
      parts.append(
        """
            # The password is that of --token-file. containerd does not send it to mirrors:
            # pull \(server.authority)/nginx:1.21.4 in place of nginx:1.21.4.
            auth:
              username: \(String(buffer: .json(name)))
              password: "PASSWORD"

        """)
    }
    if server.signsItself {
      parts.append(
        """
            # A copy of the server's authority.pem: dray serve names it, and its fingerprint, when it starts.
            tls:
              ca_file: "/etc/rancher/k3s/dray.pem"

        """)
    }
    return parts.isEmpty ? "" : "configs:\n  \"\(server.authority)\":\n" + parts.joined()
  }
}

extension MirrorServer {
  fileprivate var signsItself: Bool { isEncrypted && hasOwnAuthority }
}

extension String {
  fileprivate var indented: String { split(separator: "\n").map { "  \($0)\n" }.joined() }
}
