import HTTPAccess
import ImageModel
import MachineConfiguration
import NIOSSL
import PullScenes
import RegistryAuth
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

/// Whoever can change what names mean leads a registry's name to an address that he has a certificate for. All of these
/// servers have certificates of a trusted authority.
@Suite("A certificate of another host, on every way")
struct CertificateIdentityTests {
  private let image = ImageFixture(layers: [40_000], seed: 131)

  /// For the address that every server of these tests is at, and for a name that nobody asks for.
  private static let thief = "DNS:evil.test,IP:127.0.0.1"
  private static let names = ["evil.test", "127.0.0.1"]

  /// A place that a pull is led to.
  private func serving(
    _ authority: TestAuthority, _ alternatives: String,
    _ body: @Sendable (ScriptedServer) async throws -> Void
  ) async throws {
    try await ScriptedServer.run(tls: try await authority.context(alternatives: alternatives)) { server in
      try await body(server)
    }
  }

  private func pulling(
    _ authority: TestAuthority, from server: ScriptedServer, _ body: @Sendable (inout PullScene) async throws -> Void
  ) async throws {
    try await PullScene.run { scene in
      scene.access.usesPlainHTTP = false
      scene.access.network.trust.authorityFiles = [authority.certificateFile]
      scene.access.login.credentials = FixedCredential(
        FoundCredential(.password(username: canaryName, password: canaryPassword), from: .commandLine),
        for: ["registry.test:\(server.port)", "registry.test", "192.0.2.7:\(server.port)"])
      try await body(&scene)
    }
  }

  private func expectRefused(
    _ outcome: PullScene.Outcome, host: String = "registry.test", names: [String] = Self.names,
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.failureClass == .tls, sourceLocation: location)
    guard case .network(.tls(let found, .wrongHost(names))) = outcome.registryError?.reason else {
      Issue.record("\(String(describing: outcome.error))", sourceLocation: location)
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
        try await pulling(authority, from: server) { scene in
          scene.access.network.addressOverrides = ["registry.test": "127.0.0.1"]
          let outcome = try await scene.pull("registry.test:\(server.port)/team/app:1")
          #expect(outcome.failureClass == .tls)
          #expect(server.requests.isEmpty)
          // It is told from the first connection: no second one is made to find out.
          #expect(server.connections == 1)
          #expect(scene.files.isEmpty)
        }
      }
    }
  }

  @Test("T131: by the machine's own name system, and where one port has another address")
  func otherAddresses() async throws {
    try await TestAuthority.run { authority in
      try await serving(authority, "IP:127.0.0.1,IP:::1") { server in
        try await pulling(authority, from: server) { scene in
          expectRefused(
            try await scene.pull("localhost:\(server.port)/team/app:1"), host: "localhost", names: ["127.0.0.1", "::1"])
          scene.access.network.addressOverrides.connect("registry.test", port: 443, to: "127.0.0.1", port: server.port)
          expectRefused(try await scene.pull("registry.test/team/app:1"), names: ["127.0.0.1", "::1"])
          #expect(server.requests.isEmpty)
        }
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
          try await pulling(authority, from: server) { scene in
            scene.access.network.addressOverrides = [host: "127.0.0.1"]
            let outcome = try await scene.pull("\(host):\(server.port)/team/app:1")
            #expect(outcome.error == nil, "\(host)")
          }
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
              try await pulling(authority, from: server) { scene in
                scene.access.network.proxies = ProxyRules(variables: ["all_proxy": proxy.address])
                expectRefused(try await scene.pull("registry.test:\(server.port)/team/app:1"))
                // The proxy's address is not the one that is asked for.
                expectRefused(try await scene.pull("192.0.2.7:\(server.port)/team/app:1"), host: "192.0.2.7")
                #expect(server.requests.isEmpty)
              }
            }
            try await serving(authority, "IP:192.0.2.7") { server in
              server.serve(image)
              try await pulling(authority, from: server) { scene in
                scene.access.network.proxies = ProxyRules(variables: ["all_proxy": proxy.address])
                let outcome = try await scene.pull("192.0.2.7:\(server.port)/team/app:1")
                #expect(outcome.error == nil)
              }
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
      configuration.login = "me:\(canaryPassword)"
      configuration.tls = try await authority.context(alternatives: Self.thief)
      try await ScriptedProxy.run(configuration) { proxy in
        try await serving(authority, "DNS:registry.test") { server in
          try await pulling(authority, from: server) { scene in
            scene.access.usesPlainHTTP = !isSecure
            let address = "https://me:\(canaryPassword)@proxy.test:\(proxy.port)"
            scene.access.network.proxies = ProxyRules(variables: ["all_proxy": address])
            scene.access.network.addressOverrides = ["proxy.test": "127.0.0.1"]
            let outcome = try await scene.pull("registry.test:\(server.port)/team/app:1")
            #expect(outcome.failureClass == .proxy)
            guard case .network(.proxy(let failure)) = outcome.registryError?.reason else {
              Issue.record("\(String(describing: outcome.error))")
              return
            }
            #expect(failure.reason == .tls(.wrongHost(names: Self.names)))
            #expect(proxy.requests.isEmpty)
            #expect(server.connections == 0)
          }
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
          try await pulling(authority, from: server) { scene in
            scene.access.network.addressOverrides = ["registry.test": "127.0.0.1", "auth.registry.test": "127.0.0.1"]
            scene.access.login.trustedRealmHosts = ["auth.registry.test"]
            let outcome = try await scene.pull("registry.test:\(server.port)/team/app:1")
            #expect(outcome.error != nil)
            #expect(names(in: outcome.registryError?.reason) == Self.names)
            #expect(service.connections > 0)
            #expect(service.requests.isEmpty)
          }
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
          try await pulling(authority, from: server) { scene in
            scene.access.network.addressOverrides = ["registry.test": "127.0.0.1", "storage.test": "127.0.0.1"]
            let outcome = try await scene.pull("registry.test:\(server.port)/team/app:1")
            #expect(names(in: outcome.registryError?.reason) == Self.names)
            #expect(storage.connections > 0)
            #expect(storage.requests.isEmpty)
          }
        }
      }
    }
  }

  @Test("T131: a mirror, by the name that hosts.toml gives: the pull goes on at the registry")
  func mirror() async throws {
    try await TestAuthority.run { authority in
      try await serving(authority, Self.thief) { mirror in
        try await serving(authority, "DNS:registry.test") { server in
          server.serve(image)
          try await pulling(authority, from: server) { scene in
            let base = scene
            try await ConfigurationFolder.run { root in
              var scene = base
              try root.write(
                """
                server = "https://registry.test:\(server.port)"
                [host."https://mirror.test:\(mirror.port)"]
                """, to: "etc/containerd/certs.d/registry.test:\(server.port)/hosts.toml")
              scene.access.use(ConfigurationRoots(system: root.path("etc"), variables: [:]))
              scene.access.network.addressOverrides = ["registry.test": "127.0.0.1", "mirror.test": "127.0.0.1"]
              let log = WarningLog()
              let outcome = try await scene.pull("registry.test:\(server.port)/team/app:1", observe: log.observe)
              #expect(outcome.error == nil)
              #expect(log.dropped == ["mirror.test:\(mirror.port)"])
              #expect(mirror.connections > 0)
              #expect(mirror.requests.isEmpty)
            }
          }
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
        try await pulling(authority, from: server) { scene in
          if !isTrusted { scene.access.network.trust.authorityFiles = [] }
          scene.access.network.addressOverrides = ["registry.test": "127.0.0.1"]
          let outcome = try await scene.pull("registry.test:\(server.port)/team/app:1")
          #expect(
            outcome.registryError?.reason
              == .network(
                .tls(
                  host: "https://registry.test:\(server.port)",
                  .namesNoHost(commonName: "registry.test", isSelfSigned: isSelfSigned))))
          #expect(server.requests.isEmpty)
        }
      }
    }
  }

  @Test(
    "T133: a server that shows a bad certificate, and then says nothing, costs the connect timeout",
    .timeLimit(.minutes(10)))
  func silentSecondHandshake() async throws {
    try await silent { server, scene in
      let outcome = try await scene.pull("registry.test:\(server.port)/team/app:1")
      #expect(outcome.registryError?.reason == .network(.tls(host: "https://registry.test:\(server.port)", .untrusted)))
    }
  }

  @Test("T133: and a pull that is cancelled meanwhile ends at once", .timeLimit(.minutes(10)))
  func cancelledDiagnosis() async throws {
    try await silent { server, scene in
      scene.access.network.connectTimeout = .seconds(86_400)
      let pull = Task { [scene] in try await scene.pull("registry.test:\(server.port)/team/app:1") }
      await server.connectionsArrived(2)
      pull.cancel()
      let outcome = try await pull.value
      #expect(outcome.error is CancellationError)
    }
  }

  /// A server that speaks over one connection only, and its certificate is not trusted.
  private func silent(_ body: @Sendable (ScriptedServer, inout PullScene) async throws -> Void) async throws {
    try await TestAuthority.run { authority in
      var configuration = ServerConfiguration(tls: try authority.context(.selfSigned))
      configuration.answeredConnections = 1
      try await ScriptedServer.run([], configuration) { server in
        try await PullScene.run { scene in
          scene.access.usesPlainHTTP = false
          scene.access.network.addressOverrides = ["registry.test": "127.0.0.1"]
          try await body(server, &scene)
        }
      }
    }
  }
}
