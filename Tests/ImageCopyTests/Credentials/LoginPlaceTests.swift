import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

/// Where a login must not go, with a login from each place that it may come from.
@Suite("A login stays with its registry")
struct LoginPlaceTests {
  private let image = ImageFixture(layers: [100_000], seed: 27)
  private static let registry = "registry.example"
  private static let subdomain = "cdn.registry.example"

  /// A registry over TLS at a name, whose blobs are redirected.
  private func serve(_ server: ScriptedServer, blobsAt place: String, for source: LoginSource) {
    server.giveTokensForLogin()
    for blob in image.blobs {
      server.add(
        Rule("GET", "/v2/team/app/blobs/\(blob.digest)", .redirect(to: "\(place)/store/\(blob.digest)"))
          .when { source.isGood($0.bearerToken) })
    }
    server.protect(image, realm: "https://\(Self.registry)/service/token", service: "registry") { token, _ in
      source.isGood(token)
    }
  }

  @Test("T027: a subdomain of the registry and another port of it get nothing", arguments: LoginSource.allCases)
  func otherOrigins(source: LoginSource) async throws {
    for storage in [Self.subdomain, "\(Self.registry):8443"] {
      try await NamedServers.run([Self.registry, storage]) { scene, servers in
        for blob in image.blobs { servers[storage].on("/store/\(blob.digest)") { .blob(blob.body, for: $0) } }
        serve(servers[Self.registry], blobsAt: "https://\(storage)", for: source)
        try await source.run(for: Self.registry) { chain in
          scene.access.login.credentials = chain
          let outcome = try await scene.pull("\(Self.registry)/team/app:1")
          #expect(outcome.error == nil)
          #expect(servers[Self.registry].requests.contains { $0.provesLogin })
          #expect(!servers[storage].requests.isEmpty)
          #expect(servers[storage].requests.allSatisfy { !$0.carriesCredentials && !$0.holdsCanary })
        }
      }
    }
  }

  @Test("T027: the registry's own name without TLS is not asked", arguments: LoginSource.allCases)
  func downgrade(source: LoginSource) async throws {
    try await ScriptedServer.run { plain in
      try await NamedServers.run([Self.registry]) { scene, servers in
        scene.access.network.addressOverrides.connect(
          Self.registry, port: plain.port, to: "127.0.0.1", port: plain.port)
        serve(servers[Self.registry], blobsAt: "http://\(Self.registry):\(plain.port)", for: source)
        try await source.run(for: Self.registry) { chain in
          scene.access.login.credentials = chain
          let outcome = try await scene.pull("\(Self.registry)/team/app:1")
          #expect(outcome.failureClass == .refused)
          #expect(plain.connections == 0)
        }
      }
    }
  }

  @Test("T029: the publisher of a foreign layer is asked nothing", arguments: LoginSource.allCases)
  func foreignLayer(source: LoginSource) async throws {
    try await ScriptedServer.run { publisher in
      try await ScriptedServer.run { server in
        let layer = ImageFixture.Blob(
          mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", bytes: [1, 2, 3])
        let descriptor = """
          {"mediaType":"\(layer.mediaType)","digest":"\(layer.digest)","size":3,"urls":["https://localhost:\(publisher.port)/x"]}
          """
        let config = ImageFixture.Blob(mediaType: ImageFixture.configType, bytes: Array("{}".utf8))
        let text =
          #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.manifestType)","config":\#(config.descriptor),"layers":[\#(descriptor)]}"#
        let challenge = #"Bearer realm="\#(server.origin)/service/token",service="registry""#
        server.add(
          Rule("GET", "/v2/*", Reply(401, headers: [("WWW-Authenticate", challenge)])).when {
            !source.isGood($0.bearerToken)
          })
        server.giveTokensForLogin()
        server.serveManifest(ImageFixture.Blob(mediaType: ImageFixture.manifestType, bytes: Array(text.utf8)))
        server.serve(config)
        server.on("/v2/team/app/blobs/\(layer.digest)", reply: Reply(404))
        try await source.run(for: server.authority) { chain in
          try await PullScene.run { scene in
            scene.access.login.credentials = chain
            let outcome = try await scene.pull("\(server.authority)/team/app:1")
            #expect(outcome.failureClass == .unsupported)
            #expect(server.requests.contains { $0.provesLogin })
            #expect(publisher.connections == 0)
            #expect(scene.files.isEmpty)
          }
        }
      }
    }
  }

  @Test(
    "T032: a realm at an address that nobody may be sent to is asked nothing", arguments: LoginSource.allCases,
    [
      "http://169.254.169.254/token", "http://[::ffff:169.254.169.254]/token", "http://0x7f.1/token",
      "http://0.0.0.0/token",
    ])
  func address(source: LoginSource, realm: String) async throws {
    try await ScriptedServer.run { server in
      server.protect(image, realm: realm, service: "registry") { _, _ in false }
      try await source.run(for: server.authority) { chain in
        try await PullScene.run { scene in
          scene.access.login.credentials = chain
          let outcome = try await scene.pull("\(server.authority)/team/app:1")
          #expect(outcome.failureClass == (source.asksTokenService ? .refused : .authentication))
          // The server has no rule for a token: a question for one would fail the test.
          #expect(server.requests.count == (source.asksTokenService ? 1 : 2))
          #expect(server.requests.allSatisfy { $0.path == "/v2/team/app/manifests/1" })
          #expect(server.requests.allSatisfy { !$0.holdsCanary || $0.bearerToken == canaryPassword })
          #expect(scene.files.isEmpty)
        }
      }
    }
  }

  @Test("T032: a realm without TLS under a registry with TLS is not connected to", arguments: LoginSource.allCases)
  func realmWithoutTLS(source: LoginSource) async throws {
    try await ScriptedServer.run { plain in
      try await NamedServers.run([Self.registry]) { scene, servers in
        scene.access.network.addressOverrides.connect(
          Self.registry, port: plain.port, to: "127.0.0.1", port: plain.port)
        servers[Self.registry].protect(
          image, realm: "http://\(Self.registry):\(plain.port)/token", service: "registry"
        ) { _, _ in false }
        try await source.run(for: Self.registry) { chain in
          scene.access.login.credentials = chain
          let outcome = try await scene.pull("\(Self.registry)/team/app:1")
          #expect(outcome.failureClass == (source.asksTokenService ? .refused : .authentication))
          #expect(plain.connections == 0)
          #expect(scene.files.isEmpty)
        }
      }
    }
  }
}
