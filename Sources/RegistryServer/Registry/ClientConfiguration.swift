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
  ///
  /// - Parameters:
  ///   - authority: of the server, as clients reach it: `10.0.0.5:5000`.
  ///   - isEncrypted: whether it is reached by https.
  ///   - registries: for which it is asked, such as `docker.io`.
  public func text(authority: String, isEncrypted: Bool, registries: [String]) -> String {
    let url = "\(isEncrypted ? "https" : "http")://\(authority)"
    switch self {
    case .docker:
      // JSON has no comments. For Docker Hub alone: docker has no mirrors of other registries.
      let insecure = isEncrypted ? "" : ",\n  \"insecure-registries\": [\"\(authority)\"]"
      return "{\n  \"registry-mirrors\": [\"\(url)\"]\(insecure)\n}\n"
    case .containerd:
      return registries.map { registry in
        let origin = registry == "docker.io" ? "registry-1.docker.io" : registry
        return """
          # \(path)/\(registry)/hosts.toml
          # and config_path = "\(path)" in containerd's config.toml
          # Asked for what this server does not have; in a network without a way out put "\(url)" here too.
          server = "https://\(origin)"

          [host."\(url)"]
            capabilities = ["pull", "resolve"]

          """
      }.joined(separator: "\n")
    case .k3s:
      let mirrors = registries.map { "  \"\($0)\":\n    endpoint:\n      - \"\(url)\"\n" }.joined()
      return """
        # \(path) (RKE2: /etc/rancher/rke2/registries.yaml); then restart k3s.
        # Without a way to the registries themselves: k3s server --disable-default-registry-endpoint
        mirrors:
        \(mirrors)
        """
    case .podman:
      return "# \(path)\n"
        + registries.map { registry in
          "\n[[registry]]\nlocation = \"\(registry)\"\n\n[[registry.mirror]]\nlocation = \"\(authority)/\(registry)\"\n"
            + (isEncrypted ? "" : "insecure = true\n")
        }.joined()
    case .buildkit:
      return "# \(path)\n"
        + registries.map { "[registry.\"\($0)\"]\n  mirrors = [\"\(authority)\"]\n" }.joined()
        + (isEncrypted ? "" : "\n[registry.\"\(authority)\"]\n  http = true\n")
    }
  }
}
