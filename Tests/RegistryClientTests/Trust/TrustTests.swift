import ClientScenes
import ImageModel
import MachineConfiguration
import RegistryClient
import ScriptedServer
import TemporaryFolders
import Testing

@Suite("Trust")
struct TrustTests {
  private let image = ImageFixture(layers: [50_000], seed: 7)

  private struct Scene: Sendable {
    var registry: ClientScene
    let authority: TestAuthority
    let server: ScriptedServer
    /// Stands for `/`.
    let root: ConfigurationFolder

    func fetch() async throws -> RegistryError? { try await registry.fetch() }

    mutating func configure(_ variables: [String: String] = [:]) {
      registry.transport.trust.use(
        ConfigurationRoots(system: root.path("etc"), variables: ["HOME": root.path("home")].merging(variables) { $1 }))
    }
  }

  private func serving(
    wantsClient: Bool = false, _ body: @Sendable (inout Scene) async throws -> Void
  ) async throws {
    try await TestAuthority.run { authority in
      try await ScriptedServer.run(tls: try authority.context(.good, wantsClient: wantsClient)) { server in
        server.serve(image)
        try await ConfigurationFolder.run { root in
          var scene = Scene(registry: ClientScene(server), authority: authority, server: server, root: root)
          scene.configure()
          try await body(&scene)
        }
      }
    }
  }

  @Test(
    "An authority in the machine's own store is trusted: Debian and Alpine, Red Hat, SUSE, BSD",
    arguments: [
      "ssl/certs/ca-certificates.crt", "pki/tls/certs/ca-bundle.crt", "pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
      "ssl/ca-bundle.pem", "ssl/cert.pem",
    ])
  func systemStore(place: String) async throws {
    try await serving { scene in
      let untrusted = try await scene.fetch()
      #expect(untrusted?.failureClass == .tls)
      try scene.root.copy(scene.authority.certificateFile, to: "etc/\(place)")
      let trusted = try await scene.fetch()
      #expect(trusted == nil)
    }
  }

  @Test("SSL_CERT_FILE takes the place of the machine's file; one that is not there is named")
  func namedFile() async throws {
    try await serving { scene in
      scene.configure(["SSL_CERT_FILE": scene.authority.certificateFile])
      let trusted = try await scene.fetch()
      #expect(trusted == nil)
      try scene.root.copy(scene.authority.certificateFile, to: "etc/ssl/cert.pem")
      try scene.root.copy(scene.authority.clientFiles.certificate, to: "other.pem")
      scene.configure(["SSL_CERT_FILE": scene.root.path("other.pem")])
      let untrusted = try await scene.fetch()
      #expect(untrusted?.failureClass == .tls)
      scene.configure(["SSL_CERT_FILE": "/nowhere/ca.pem"])
      let error = try await scene.fetch()
      guard case .network(.tls(_, .fileNotRead(path: "/nowhere/ca.pem", errno: 2))) = error?.reason
      else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  @Test("SSL_CERT_DIR: what stands in these folders is trusted, whatever its name, and no certificate is passed over")
  func namedFolder() async throws {
    try await serving { scene in
      try scene.root.copy(scene.authority.certificateFile, to: "b/whatever")
      try scene.root.write("no certificate", to: "b/README")
      scene.configure(["SSL_CERT_DIR": "/nowhere:\(scene.root.path("b"))"])
      let error = try await scene.fetch()
      #expect(error == nil)
    }
  }

  @Test(
    "The folders of a registry that docker and podman have: *.crt is trusted for it",
    arguments: ["etc/docker/certs.d", "etc/containers/certs.d", "home/.config/containers/certs.d"])
  func hostFolder(parent: String) async throws {
    try await serving { scene in
      try scene.root.copy(scene.authority.certificateFile, to: "\(parent)/127.0.0.1:1/ca.crt")
      let elsewhere = try await scene.fetch()
      #expect(elsewhere?.failureClass == .tls)
      try scene.root.copy(scene.authority.certificateFile, to: "\(parent)/\(scene.server.authority)/ca.pem")
      let otherEnding = try await scene.fetch()
      #expect(otherEnding?.failureClass == .tls)
      try scene.root.copy(scene.authority.certificateFile, to: "\(parent)/\(scene.server.authority)/any.crt")
      let trusted = try await scene.fetch()
      #expect(trusted == nil)
    }
  }

  @Test("A file there that is no certificate is named, and nothing is sent")
  func brokenHostFolder() async throws {
    try await serving { scene in
      try scene.root.write("x", to: "etc/docker/certs.d/\(scene.server.authority)/ca.crt")
      let error = try await scene.fetch()
      guard case .network(.tls(_, .unreadableAuthority(let path))) = error?.reason else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(path.hasSuffix("/ca.crt"))
      #expect(scene.server.requests.isEmpty)
    }
  }

  @Test("A certificate of the client is shown where the registry's folder has one, with its key beside it")
  func clientCertificate() async throws {
    try await serving(wantsClient: true) { scene in
      let folder = "etc/docker/certs.d/\(scene.server.authority)"
      try scene.root.copy(scene.authority.certificateFile, to: "\(folder)/ca.crt")
      let without = try await scene.fetch()
      #expect(without?.failureClass == .tls)
      #expect(without?.reason == .network(.tls(host: scene.server.origin, .clientCertificate)))
      try scene.root.copy(scene.authority.clientFiles.certificate, to: "\(folder)/me.cert")
      let keyless = try await scene.fetch()
      guard case .network(.tls(_, .unreadableKey(let path))) = keyless?.reason else {
        Issue.record("\(String(describing: keyless))")
        return
      }
      #expect(path.hasSuffix("/me.key"))
      try scene.root.copy(scene.authority.clientFiles.key, to: "\(folder)/me.key")
      let error = try await scene.fetch()
      #expect(error == nil)
    }
  }

  @Test("An empty machine trusts what is named, and says who issued the rest")
  func emptyMachine() async throws {
    try await serving { scene in
      let error = try await scene.fetch()
      guard
        case .network(.tls(_, .unknownAuthority(issuer: "Dray Tests, Test Authority"))) = error?.reason
      else {
        Issue.record("\(String(describing: error))")
        return
      }
      scene.registry.transport.trust.authorityFiles = [scene.authority.certificateFile]
      let trusted = try await scene.fetch()
      #expect(trusted == nil)
    }
  }
}
