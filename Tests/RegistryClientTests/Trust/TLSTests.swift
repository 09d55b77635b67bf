import ClientScenes
import HTTPAccess
import ImageModel
import NIOSSL
import RegistryAuth
import RegistryClient
import ScriptedServer
import Testing

/// What a client finds out about the line to a registry, and what it sends before that: nothing.
@Suite("TLS")
struct TLSTests {
  private let image = ImageFixture(layers: [10_000], seed: 42)

  private func serving(
    _ certificate: TestAuthority.Certificate, newest: TLSVersion? = nil,
    _ body: @Sendable (inout ClientScene, ScriptedServer, TestAuthority) async throws -> Void
  ) async throws {
    try await TestAuthority.run { authority in
      try await ScriptedServer.run(tls: try authority.context(certificate, newest: newest)) { server in
        var scene = ClientScene(server)
        try await body(&scene, server, authority)
      }
    }
  }

  private func failure(_ error: RegistryError?) -> TLSFailure? {
    guard case .network(.tls(_, let failure)) = error?.reason else { return nil }
    return failure
  }

  @Test("a registry with a private authority is trusted once it is named")
  func privateAuthority() async throws {
    try await serving(.good) { scene, server, authority in
      server.serve(image)
      scene.transport.trust.authorityFiles = [authority.certificateFile]
      let error = try await scene.fetch()
      #expect(error == nil)
    }
  }

  @Test("T042: an unknown authority is named; nothing is sent")
  func unknownAuthority() async throws {
    try await serving(.good) { scene, server, _ in
      let error = try await scene.fetch()
      #expect(error?.failureClass == .tls)
      #expect(failure(error) == .unknownAuthority(issuer: "Dray Tests, Test Authority"))
      #expect(server.requests.isEmpty)
    }
  }

  @Test("T042: an expired certificate")
  func expired() async throws {
    try await serving(.expired) { scene, server, authority in
      scene.transport.trust.authorityFiles = [authority.certificateFile]
      let error = try await scene.fetch()
      guard case .expired = failure(error) else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(server.requests.isEmpty)
    }
  }

  @Test("T042: a certificate for another name says for which")
  func otherName() async throws {
    try await serving(.otherName) { scene, server, authority in
      scene.transport.trust.authorityFiles = [authority.certificateFile]
      let error = try await scene.fetch()
      #expect(failure(error) == .wrongHost(names: ["registry.example"]))
      #expect(server.requests.isEmpty)
    }
  }

  @Test("T042: a self-signed certificate")
  func selfSigned() async throws {
    try await serving(.selfSigned) { scene, server, _ in
      let error = try await scene.fetch()
      #expect(failure(error) == .selfSigned(subject: "alone"))
      #expect(server.requests.isEmpty)
    }
  }

  /// The name constraints of an authority, a certificate that it issued, and why that is refused.
  struct Constrained: Sendable, CustomTestStringConvertible {
    let constraints: String
    let names: String
    let failure: TLSFailure?

    var testDescription: String { "\(constraints) \(names)" }
  }

  private static let branch = "Dray Tests, Branch"
  static let constrained: [Constrained] = [
    Constrained(constraints: "permitted;DNS:registry.test", names: "DNS:registry.test", failure: nil),
    Constrained(constraints: "permitted;DNS:registry.test", names: "DNS:registry.test,IP:127.0.0.1", failure: nil),
    Constrained(
      constraints: "permitted;DNS:other.test", names: "DNS:registry.test",
      failure: .nameNotPermitted("registry.test", authority: branch)),
    // It is refused as a whole.
    Constrained(
      constraints: "permitted;DNS:registry.test", names: "DNS:registry.test,DNS:a.other.test",
      failure: .nameNotPermitted("a.other.test", authority: branch)),
    Constrained(
      constraints: "excluded;DNS:registry.test", names: "DNS:a.other.test,DNS:registry.test",
      failure: .nameNotPermitted("registry.test", authority: branch)),
    Constrained(
      constraints: "permitted;IP:127.0.0.0/255.0.0.0", names: "DNS:registry.test,IP:127.0.0.1",
      failure: .addressesConstrained(authority: branch)),
  ]

  @Test("T298: an authority that may not vouch for a name is told, with the name", arguments: constrained)
  func constraints(_ given: Constrained) async throws {
    try await TestAuthority.run { authority in
      let tls = try await authority.context(constraints: given.constraints, alternatives: given.names)
      try await ScriptedServer.run(tls: tls) { server in
        server.serve(image)
        var scene = ClientScene(server)
        scene.host = "registry.test"
        scene.transport.addressOverrides = ["registry.test": "127.0.0.1"]
        scene.transport.trust.authorityFiles = [authority.certificateFile]
        let error = try await scene.fetch()
        #expect(failure(error) == given.failure)
        #expect(server.requests.isEmpty == (given.failure != nil))
      }
    }
  }

  @Test("T298: the authority is known that stands in a file here alone")
  func constrainedRoot() async throws {
    try await TestAuthority.run(hosts: ["registry.test"], constraints: "permitted;DNS:other.test") { authority in
      try await ScriptedServer.run(tls: try authority.context(.good)) { server in
        var scene = ClientScene(server)
        scene.host = "registry.test"
        scene.transport.addressOverrides = ["registry.test": "127.0.0.1"]
        scene.transport.trust.authorityFiles = [authority.certificateFile]
        let error = try await scene.fetch()
        #expect(failure(error) == .nameNotPermitted("registry.test", authority: "Dray Tests, Test Authority"))
      }
    }
  }

  @Test("T042: a server that knows only TLS 1.1")
  func oldProtocol() async throws {
    try await serving(.good, newest: .tlsv11) { scene, server, authority in
      scene.transport.trust.authorityFiles = [authority.certificateFile]
      let error = try await scene.fetch()
      #expect(failure(error) == .oldProtocol)
      #expect(server.requests.isEmpty)
    }
  }

  @Test("T027: storage by plain HTTP behind a registry with TLS is refused")
  func downgrade() async throws {
    try await serving(.good) { scene, server, authority in
      scene.transport.trust.authorityFiles = [authority.certificateFile]
      server.serveManifest(image.manifest)
      for blob in image.blobs {
        server.on("/v2/team/app/blobs/\(blob.digest)", reply: .redirect(to: "http://127.0.0.1:\(server.port)/x"))
      }
      let error = try await scene.fetch()
      #expect(error?.failureClass == .refused)
      guard case .network(.redirectRefused(_, _, .fromHTTPSToHTTP)) = error?.reason else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  @Test("T032: a realm by plain HTTP behind a registry with TLS is refused without a connection")
  func plainRealm() async throws {
    try await ScriptedServer.run { realm in
      try await serving(.good) { scene, server, authority in
        scene.transport.trust.authorityFiles = [authority.certificateFile]
        server.protect(image, realm: "\(realm.origin)/token") { _, _ in false }
        server.on("/token", reply: Reply(404))
        let error = try await scene.fetch()
        guard case .auth(.realmRefused(_, .unencrypted)) = error?.reason else {
          Issue.record("\(String(describing: error))")
          return
        }
        #expect(realm.connections == 0)
      }
    }
  }

  @Test(
    "T032: a realm at an address that is no business of the registry's is refused without a request",
    arguments: ["https://169.254.169.254/token", "https://[::ffff:169.254.169.254]/token", "https://0x7f.1/token"])
  func innerRealm(realm: String) async throws {
    try await serving(.good) { scene, server, authority in
      scene.transport.trust.authorityFiles = [authority.certificateFile]
      server.protect(image, realm: realm) { _, _ in false }
      server.on("/token", reply: Reply(404))
      let error = try await scene.fetch()
      #expect(error?.failureClass == .refused)
    }
  }
}
