import ImageModel
import RegistryServer
import ScriptedServer
import TemporaryFolders
import Testing
import Waiting

@testable import RegistryServer

/// What makes clients ask a server first.
@Suite struct ClientConfigurationTests {
  private static let image = ImageFixture(layers: [1_000])

  private func server(_ registries: [String], isEncrypted: Bool = false) -> MirrorServer {
    MirrorServer(authority: "10.0.0.5:5000", isEncrypted: isEncrypted, registries: registries)
  }

  /// - Parameter files: the archives on the disk of the server, by their names.
  private func mirror(
    _ files: [String: [UInt8]] = [:], _ upstreams: [String] = [], isOpen: Bool = false, hasCache: Bool = true,
    change: (inout ServerSettings) -> Void = { _ in }
  ) async throws -> MirrorServer {
    let folder = try TemporaryFolder()
    for (name, bytes) in files { try folder.write(bytes, to: name) }
    let contents = WatchedContents([folder.path], quietTime: .zero)
    _ = try await withWorkers(loops: 1, threads: 2) { try await contents.rescan() }
    var settings = ServerSettings()
    change(&settings)
    return MirrorServer(
      settings, authority: "10.0.0.5:5000", images: ServedImages(contents.current),
      upstreams: UpstreamRule(try upstreams.map { try RegistryName(parsing: $0) }, isOpen: isOpen), hasCache: hasCache)
  }

  @Test("T438: podman's mirror of a registry has no port in its path, and what no path can name is left out, and said")
  func ports() {
    let registries = ["docker.io", "127.0.0.1:21001", "harbor.local:8443", "harbor.local:9443", "[::1]:5000"]
    let text = ClientConfiguration.podman.text(for: server(registries))
    #expect(text.contains("location = \"10.0.0.5:5000/docker.io\"\n"))
    #expect(text.contains("location = \"127.0.0.1:21001\"\n"))
    #expect(text.contains("location = \"10.0.0.5:5000/127.0.0.1\"\n"))
    for registry in registries.dropFirst(2) {
      #expect(!text.contains("location = \"\(registry)\"") && text.contains("# \(registry) is left out: "))
    }
    #expect(!text.contains("location = \"10.0.0.5:5000/harbor.local"))
    #expect(ClientConfiguration.containerd.text(for: server(registries)).contains("/harbor.local:9443/hosts.toml"))
  }

  @Test("T498: podman is given no mirror by an IPv6 address, which it refuses, and is told why")
  func addressOfServer() {
    var mirror = server(["docker.io"])
    mirror.authority = "[fd00::5]:5000"
    let text = ClientConfiguration.podman.text(for: mirror)
    #expect(text.contains("--server-name") && !text.contains("location"), "\(text)")
    #expect(ClientConfiguration.containerd.text(for: mirror).contains("[host.\"http://[fd00::5]:5000\"]"))
  }

  @Test("T439: clients ask for the registries of archives that get their manifests later, and for upstreams")
  func registries() async throws {
    let files = [
      "new.tar": Self.image.archive("quay.io/team/new:1"),
      "old.tar": Self.image.savedArchive("harbor.local/team/old:1"),
    ]
    #expect(try await mirror(files).registries == ["harbor.local", "quay.io"])
    let both = try await mirror(files, ["ghcr.io", "docker.io", "quay.io"])
    #expect(both.registries == ["docker.io", "ghcr.io", "harbor.local", "quay.io"])
    #expect(both.notes.isEmpty)
    #expect(try await mirror([:], ["quay.io"]).registries == ["quay.io"])
    #expect(try await mirror().registries == ["docker.io"])
  }

  @Test("T439: an open server has Docker Hub and what is on its disk, and says that others can be added")
  func openUpstreams() async throws {
    let server = try await mirror(["a.tar": Self.image.archive("quay.io/team/app:1")], isOpen: true)
    #expect(server.registries == ["docker.io", "quay.io"])
    for client in ClientConfiguration.allCases where client != .docker {
      #expect(client.text(for: server).contains("# Any other public registry can be added"))
    }
    let uncached = try await mirror([:], ["quay.io"], hasCache: false)
    #expect(ClientConfiguration.k3s.text(for: uncached).contains("needs --cache"))
  }

  @Test("T440: k3s is told of the login, never of its password, and of the server's own authority")
  func k3s() async throws {
    var server = try await mirror { $0.login = ServerLogin(name: "a\"b", password: "s3cret") }
    #expect(!ClientConfiguration.k3s.text(for: server).contains("tls:"))
    (server.isEncrypted, server.hasOwnAuthority) = (true, true)
    let text = ClientConfiguration.k3s.text(for: server)
    #expect(
      text.hasSuffix(
        """
        mirrors:
          "docker.io":
            endpoint:
              - "https://10.0.0.5:5000"
          "10.0.0.5:5000":
            endpoint:
              - "https://10.0.0.5:5000"
        configs:
          "10.0.0.5:5000":
            # The password is that of --token-file. containerd does not send it to mirrors:
            # pull 10.0.0.5:5000/nginx:1.21.4 in place of nginx:1.21.4.
            auth:
              username: "a\\"b"
              password: "PASSWORD"
            # A copy of the server's authority.pem: dray serve names it, and its fingerprint, when it starts.
            tls:
              ca_file: "/etc/rancher/k3s/dray.pem"

        """), "\(text)")
    #expect(!text.contains("s3cret"))
    #expect(!ClientConfiguration.k3s.text(for: self.server(["docker.io"])).contains("configs:"))
  }

  @Test("T520: BuildKit is told whether to speak TLS: a server on its own machine it asks in the clear otherwise")
  func buildKit() {
    var server = self.server(["docker.io"])
    #expect(ClientConfiguration.buildkit.text(for: server).contains("  http = true\n"))
    server.isEncrypted = true
    let text = ClientConfiguration.buildkit.text(for: server)
    #expect(text.hasSuffix("[registry.\"\(server.authority)\"]\n  http = false\n"), "\(text)")
  }

  @Test("T473: clients are told how to log in, without the password, and how to trust the server's own authority")
  func loginAndAuthority() async throws {
    var server = try await mirror { $0.login = ServerLogin(name: "alice", password: "s3cret") }
    (server.isEncrypted, server.hasOwnAuthority) = (true, true)
    let texts = Dictionary(uniqueKeysWithValues: ClientConfiguration.allCases.map { ($0, $0.text(for: server)) })
    for text in texts.values { #expect(!text.contains("s3cret")) }
    #expect(
      texts[.containerd]?.hasSuffix(
        """
        [host."https://10.0.0.5:5000"]
          capabilities = ["pull", "resolve"]
          # The server's authority.pem, which dray serve names when it starts, has to be copied:
          # install -D -m 644 authority.pem /etc/containerd/certs.d/dray.pem
          ca = "/etc/containerd/certs.d/dray.pem"
          # The server wants a login. It stands in this file, which root alone should read then (chmod 600):
          #  [host."https://10.0.0.5:5000".header]
          #    Authorization = "Basic <base64 of user:password>"

        """) == true, "\(texts[.containerd] ?? "")")
    #expect(
      texts[.podman]?.hasPrefix(
        """
        # /etc/containers/registries.conf.d/50-dray.conf
        # The server wants a login: podman login 10.0.0.5:5000
        # The server's authority.pem, which dray serve names when it starts, has to be copied:
        # install -D -m 644 authority.pem /etc/containers/certs.d/10.0.0.5:5000/ca.crt

        """) == true, "\(texts[.podman] ?? "")")
    #expect(
      texts[.buildkit]?.hasSuffix(
        """

        [registry."10.0.0.5:5000"]
          http = false
          ca = ["/etc/buildkit/dray.pem"]

        """) == true, "\(texts[.buildkit] ?? "")")
    #expect(
      texts[.buildkit]?.hasPrefix(
        """
        # /etc/buildkit/buildkitd.toml
        # The server wants a login: docker login 10.0.0.5:5000
        # BuildKit does not send it to mirrors:
        # FROM 10.0.0.5:5000/nginx:1.21.4 in place of FROM nginx:1.21.4.

        """) == true, "\(texts[.buildkit] ?? "")")
    // A server in the clear without a password asks for neither.
    for client in ClientConfiguration.allCases {
      let text = client.text(for: self.server(["docker.io"]))
      #expect(!text.contains("login") && !text.contains("authority.pem") && !text.contains("ca ="))
    }
  }
}
