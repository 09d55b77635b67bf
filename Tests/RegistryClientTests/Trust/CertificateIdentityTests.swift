import ClientScenes
import HTTPAccess
import ImageModel
import RegistryAuth
import RegistryClient
import ScriptedServer
import Testing

/// Whoever can change what names mean leads a registry's name to an address that he has a certificate for. All of these
/// servers have certificates of a trusted authority.
@Suite("A certificate of another host, on every way")
struct CertificateIdentityTests {
  private let image = ImageFixture(layers: [40_000], seed: 131)

  /// For the address that every server of these tests is at, and for a name that nobody asks for.
  private static let thief = "DNS:evil.test,IP:127.0.0.1"
  private static let names = ["evil.test", "127.0.0.1"]
  private static let password = "canary-password-7f3a"

  /// A place that a client is led to.
  private func serving(
    _ authority: TestAuthority, _ alternatives: String,
    _ body: @Sendable (ScriptedServer) async throws -> Void
  ) async throws {
    try await ScriptedServer.run(tls: try await authority.context(alternatives: alternatives)) { server in
      try await body(server)
    }
  }

  /// A client of `server`, with a password for it, that asks for it by a name that leads to it.
  private func scene(_ authority: TestAuthority, _ server: ScriptedServer, host: String = "registry.test")
    -> ClientScene
  {
    var scene = ClientScene(server)
    scene.host = host
    scene.transport.addressOverrides = [host: "127.0.0.1"]
    scene.transport.trust.authorityFiles = [authority.certificateFile]
    scene.login.credentials = FixedCredential(
      FoundCredential(.password(username: "me", password: Self.password), from: .commandLine),
      for: ["registry.test:\(server.port)", "registry.test", "192.0.2.7:\(server.port)"])
    return scene
  }

  /// One that only the proxy finds.
  private func scene(
    _ authority: TestAuthority, _ server: ScriptedServer, host: String, behind proxy: ScriptedProxy
  ) -> ClientScene {
    var scene = scene(authority, server, host: host)
    scene.transport.addressOverrides = AddressOverrides()
    scene.transport.proxies = ProxyRules(variables: ["all_proxy": proxy.address])
    return scene
  }

  private func expectRefused(
    _ error: RegistryError?, host: String = "registry.test", names: [String] = Self.names,
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(error?.failureClass == .tls, sourceLocation: location)
    guard case .network(.tls(let found, .wrongHost(names))) = error?.reason else {
      Issue.record("\(String(describing: error))", sourceLocation: location)
      return
    }
    #expect(found.contains(host), sourceLocation: location)
  }

  /// The names of the certificate that was refused, also of a place that the registry leads to.
  private func names(in reason: RegistryFailure?) -> [String]? {
    switch reason {
    case .network(.tls(_, .wrongHost(let names))): names
    case .auth(.realmUnreachable(_, let reason)), .storageUnreachable(_, let reason): names(in: .network(reason))
    default: nil
    }
  }

  @Test(
    "T131: the registry itself: nothing is sent, no password either",
    arguments: [
      thief, "IP:127.0.0.1", "DNS:*,IP:127.0.0.1", "DNS:*.test", "DNS:r*y.test,IP:127.0.0.1", "DNS:127.0.0.1",
      "DNS:registry.test.evil.test", "DNS:registry",
    ])
  func registry(alternatives: String) async throws {
    try await TestAuthority.run { authority in
      try await serving(authority, alternatives) { server in
        let error = try await scene(authority, server).fetch()
        #expect(error?.failureClass == .tls)
        #expect(server.requests.isEmpty)
        // It is told from the first connection: no second one is made to find out.
        #expect(server.connections == 1)
      }
    }
  }

  @Test("T131: by the machine's own name system, and where one port has another address")
  func otherAddresses() async throws {
    try await TestAuthority.run { authority in
      try await serving(authority, "IP:127.0.0.1,IP:::1") { server in
        var scene = scene(authority, server, host: "localhost")
        scene.transport.addressOverrides = AddressOverrides()
        expectRefused(try await scene.fetch(), host: "localhost", names: ["127.0.0.1", "::1"])
        (scene.host, scene.port) = ("registry.test", 443)
        scene.transport.addressOverrides.connect("registry.test", port: 443, to: "127.0.0.1", port: server.port)
        expectRefused(try await scene.fetch(), names: ["127.0.0.1", "::1"])
        #expect(server.requests.isEmpty)
      }
    }
  }

  @Test("T131: a wildcard, other letters and the address asked for are right")
  func accepted() async throws {
    try await TestAuthority.run { authority in
      for (alternatives, host) in [
        ("DNS:*.corp.test", "registry.corp.test"), ("DNS:Registry.Test", "registry.test"),
        ("IP:192.0.2.7", "192.0.2.7"),
      ] {
        try await serving(authority, alternatives) { server in
          server.serve(image)
          let error = try await scene(authority, server, host: host).fetch()
          #expect(error == nil, "\(host)")
        }
      }
    }
  }

  @Test("T131: behind CONNECT and SOCKS: neither the host's address nor the proxy's makes a certificate the host's")
  func proxies() async throws {
    try await TestAuthority.run { authority in
      for kind in [ScriptedProxy.Configuration.Kind.http, .socks] {
        for isSecure in [true, false] where kind == .http || !isSecure {
          var configuration = ScriptedProxy.Configuration()
          configuration.kind = kind
          if isSecure { configuration.tls = try authority.context(.good) }
          try await ScriptedProxy.run(configuration) { proxy in
            try await serving(authority, Self.thief) { server in
              // The proxy's address is not the one that is asked for.
              for host in ["registry.test", "192.0.2.7"] {
                expectRefused(try await scene(authority, server, host: host, behind: proxy).fetch(), host: host)
              }
              #expect(server.requests.isEmpty)
            }
            try await serving(authority, "IP:192.0.2.7") { server in
              server.serve(image)
              let error = try await scene(authority, server, host: "192.0.2.7", behind: proxy).fetch()
              #expect(error == nil)
            }
          }
        }
      }
    }
  }

  @Test("T131: an https proxy must be the one named before it hears a host or a password", arguments: [true, false])
  func proxyItself(isSecure: Bool) async throws {
    try await TestAuthority.run { authority in
      var configuration = ScriptedProxy.Configuration()
      configuration.login = "me:\(Self.password)"
      configuration.tls = try await authority.context(alternatives: Self.thief)
      try await ScriptedProxy.run(configuration) { proxy in
        let tls = isSecure ? try await authority.context(alternatives: "DNS:registry.test") : nil
        try await ScriptedServer.run(tls: tls) { server in
          var scene = scene(authority, server)
          let address = "https://me:\(Self.password)@proxy.test:\(proxy.port)"
          scene.transport.proxies = ProxyRules(variables: ["all_proxy": address])
          scene.transport.addressOverrides = ["proxy.test": "127.0.0.1"]
          let error = try await scene.fetch()
          #expect(error?.failureClass == .proxy)
          guard case .network(.proxy(let failure)) = error?.reason else {
            Issue.record("\(String(describing: error))")
            return
          }
          #expect(failure.reason == .tls(.wrongHost(names: Self.names)))
          #expect(proxy.requests.isEmpty)
          #expect(server.connections == 0)
        }
      }
    }
  }

  @Test("T131: the token service, which would hear the password")
  func tokenService() async throws {
    try await TestAuthority.run { authority in
      try await serving(authority, Self.thief) { service in
        try await serving(authority, "DNS:registry.test") { server in
          server.protect(image, realm: "https://auth.registry.test:\(service.port)/token") { _, _ in false }
          // Harbor's token service may be at the registry's own address, too.
          for path in ["/token", "/v2/"] { server.on(path, reply: Reply(404)) }
          var scene = scene(authority, server)
          scene.transport.addressOverrides = ["registry.test": "127.0.0.1", "auth.registry.test": "127.0.0.1"]
          scene.login.trustedRealmHosts = ["auth.registry.test"]
          let error = try await scene.fetch()
          #expect(names(in: error?.reason) == Self.names)
          #expect(service.connections > 0)
          #expect(service.requests.isEmpty)
        }
      }
    }
  }

  @Test("T131: storage that the registry redirects to")
  func storage() async throws {
    try await TestAuthority.run { authority in
      try await serving(authority, Self.thief) { storage in
        try await serving(authority, "DNS:registry.test") { server in
          server.serveManifest(image.manifest)
          for blob in image.blobs {
            server.on(
              "/v2/team/app/blobs/\(blob.digest)", reply: .redirect(to: "https://storage.test:\(storage.port)/x"))
          }
          var scene = scene(authority, server)
          scene.transport.addressOverrides = ["registry.test": "127.0.0.1", "storage.test": "127.0.0.1"]
          let error = try await scene.fetch()
          #expect(names(in: error?.reason) == Self.names)
          #expect(storage.connections > 0)
          #expect(storage.requests.isEmpty)
        }
      }
    }
  }

  @Test(
    "T132: a certificate with a common name only is said to be that, trusted or not, signed by itself or not",
    arguments: [true, false], [true, false])
  func commonNameOnly(isSelfSigned: Bool, isTrusted: Bool) async throws {
    try await TestAuthority.run { authority in
      let context = try await authority.context(alternatives: nil, selfSigned: isSelfSigned)
      try await ScriptedServer.run(tls: context) { server in
        var scene = scene(authority, server)
        if !isTrusted { scene.transport.trust.authorityFiles = [] }
        let error = try await scene.fetch()
        #expect(
          error?.reason
            == .network(
              .tls(
                host: "https://registry.test:\(server.port)",
                .namesNoHost(commonName: "registry.test", isSelfSigned: isSelfSigned))))
        #expect(server.requests.isEmpty)
      }
    }
  }

  @Test(
    "T133: a server that shows a bad certificate, and then says nothing, costs the connect timeout",
    .timeLimit(.minutes(10)))
  func silentSecondHandshake() async throws {
    try await silent { server, scene in
      let error = try await scene.fetch()
      #expect(error?.reason == .network(.tls(host: "https://registry.test:\(server.port)", .untrusted)))
    }
  }

  @Test("T133: and a request that is cancelled meanwhile ends at once", .timeLimit(.minutes(10)))
  func cancelledDiagnosis() async throws {
    try await silent { server, scene in
      scene.transport.connectTimeout = .seconds(86_400)
      let request = Task { [scene] in try await scene.fetch() }
      await server.connectionsArrived(2)
      request.cancel()
      await #expect(throws: CancellationError.self) { try await request.value }
    }
  }

  /// A server that speaks over one connection only, and its certificate is not trusted.
  private func silent(_ body: @Sendable (ScriptedServer, inout ClientScene) async throws -> Void) async throws {
    try await TestAuthority.run { authority in
      var configuration = ServerConfiguration(tls: try authority.context(.selfSigned))
      configuration.answeredConnections = 1
      try await ScriptedServer.run([], configuration) { server in
        var scene = scene(authority, server)
        scene.transport.trust.authorityFiles = []
        try await body(server, &scene)
      }
    }
  }
}
