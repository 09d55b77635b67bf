import HTTPAccess
import ImageModel
import MachineConfiguration
import PullScenes
import RegistryAuth
import RegistryClient
import ScriptedServer
import TemporaryFolders
import Testing

@testable import ImageCopy

/// The same certificates, with what is trusted from each place that it may come from.
@Suite("An authority, wherever it is named")
struct TrustSourceTests {
  private let image = ImageFixture(layers: [50_000], seed: 421)

  /// A server with this certificate, and pulls from it that trust what `source` names.
  private func serving(
    _ certificate: TestAuthority.Certificate, wantsClient: Bool = false,
    _ body: @Sendable (inout PullScene, ScriptedServer, TestAuthority, ConfigurationFolder) async throws -> Void
  ) async throws {
    try await TestAuthority.run { authority in
      let context = try authority.context(certificate, wantsClient: wantsClient)
      try await ScriptedServer.run(tls: context) { server in
        server.serve(image)
        try await PullScene.run { scene in
          scene.access.usesPlainHTTP = false
          scene.access.login.credentials = FixedCredential(
            FoundCredential(.password(username: canaryName, password: canaryPassword), from: .commandLine),
            for: [server.authority])
          try await ConfigurationFolder.run { root in try await body(&scene, server, authority, root) }
        }
      }
    }
  }

  private func failure(_ outcome: PullScene.Outcome) -> TLSFailure? {
    guard case .network(.tls(_, let failure)) = outcome.registryError?.reason else { return nil }
    return failure
  }

  @Test("T042: it is trusted from there, and the image comes", arguments: TrustSource.allCases)
  func trusted(source: TrustSource) async throws {
    try await serving(.good) { scene, server, authority, root in
      try source.trust(authority.certificateFile, for: server.authority, at: root, in: &scene)
      #expect(try await scene.pull("\(server.authority)/team/app:1").error == nil)
      #expect(scene.files == ["app_1.tar"])
    }
  }

  @Test(
    "T042: an expired certificate, one for another host, one that signed itself: refused with its reason, and nothing sent",
    arguments: TrustSource.allCases, [TestAuthority.Certificate.expired, .otherName, .selfSigned])
  func refused(source: TrustSource, certificate: TestAuthority.Certificate) async throws {
    try await serving(certificate) { scene, server, authority, root in
      try source.trust(authority.certificateFile, for: server.authority, at: root, in: &scene)
      let outcome = try await scene.pull("\(server.authority)/team/app:1")
      let reason = failure(outcome)
      switch certificate {
      case .expired:
        guard case .expired = reason else {
          Issue.record("\(String(describing: outcome.error))")
          return
        }
      case .otherName: #expect(reason == .wrongHost(names: ["registry.example"]))
      case .selfSigned: #expect(reason == .selfSigned(subject: "alone"))
      case .good: Issue.record("nothing to refuse")
      }
      #expect(server.requests.isEmpty)
      #expect(scene.files.isEmpty)
    }
  }

  @Test("T042: another authority than the server's, also one of the same name", arguments: TrustSource.allCases)
  func otherAuthority(source: TrustSource) async throws {
    try await TestAuthority.run { other in
      for namesake in [true, false] {
        try await serving(.good) { scene, server, authority, root in
          let file = namesake ? other.certificateFile : other.clientFiles.certificate
          try source.trust(file, for: server.authority, at: root, in: &scene)
          let outcome = try await scene.pull("\(server.authority)/team/app:1")
          #expect(outcome.failureClass == .tls)
          #expect(
            failure(outcome) == .unknownAuthority(issuer: "Dray Tests, Test Authority"),
            "\(String(describing: outcome.error))")
          #expect(server.requests.isEmpty)
          #expect(scene.files.isEmpty)
        }
      }
    }
  }

  @Test(
    "T042: what is trusted for one host counts for no other one",
    arguments: [TrustSource.docker, .containers, .user, .hostsFile])
  func otherHost(source: TrustSource) async throws {
    try await serving(.good) { scene, server, authority, root in
      for other in ["127.0.0.1:1", "localhost:\(server.port)", "127.0.0.1"] {
        try source.trust(authority.certificateFile, for: other, at: root, in: &scene)
      }
      let outcome = try await scene.pull("\(server.authority)/team/app:1")
      #expect(outcome.failureClass == .tls)
      #expect(server.requests.isEmpty)
    }
  }

  @Test(
    "hosts.toml: skip_verify lets any certificate pass, of that host alone",
    arguments: TestAuthority.Certificate.allCases)
  func unverified(certificate: TestAuthority.Certificate) async throws {
    try await serving(certificate) { scene, server, authority, root in
      let folder = TrustSource.hostsFolder(server.authority)
      let text = { (flag: Bool) in "server = \"https://\(server.authority)\"\nskip_verify = \(flag)\n" }
      for isUnverified in [false, true] {
        try root.write(text(isUnverified), to: "\(folder)/hosts.toml")
        scene.access.use(ConfigurationRoots(system: root.path("etc"), variables: [:]))
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.failureClass == (isUnverified ? nil : .tls))
        #expect(server.requests.isEmpty != isUnverified)
      }
      // The same server under another name.
      let elsewhere = try await scene.pull("localhost:\(server.port)/team/app:1")
      #expect(elsewhere.failureClass == .tls)
    }
  }

  @Test(
    "hosts.toml: the certificate of the client is shown, from one file or from two",
    arguments: [#""both.pem""#, #"["both.pem"]"#, #"[["me.pem", "me.key"]]"#])
  func client(value: String) async throws {
    try await serving(.good, wantsClient: true) { scene, server, authority, root in
      let folder = TrustSource.hostsFolder(server.authority)
      try TrustSource.hostsFile.trust(authority.certificateFile, for: server.authority, at: root, in: &scene)
      let without = try await scene.pull("\(server.authority)/team/app:1")
      #expect(failure(without) == .clientCertificate)
      try root.copy(authority.clientFiles.certificate, to: "\(folder)/me.pem")
      try root.copy(authority.clientFiles.key, to: "\(folder)/me.key")
      try root.join(authority.clientFiles.certificate, authority.clientFiles.key, to: "\(folder)/both.pem")
      try TrustSource.hostsFile.trust(
        authority.certificateFile, for: server.authority, at: root, in: &scene, more: "client = \(value)\n")
      let outcome = try await scene.pull("\(server.authority)/team/app:1")
      #expect(outcome.error == nil)
    }
  }

  @Test("hosts.toml: a mirror has an authority and a client's certificate of its own, and the origin has neither")
  func mirror() async throws {
    try await serving(.good, wantsClient: true) { scene, mirror, authority, root in
      try await TestAuthority.run { other in
        try await ScriptedServer.run(tls: try other.context(.good)) { origin in
          let folder = TrustSource.hostsFolder(origin.authority)
          try root.copy(authority.certificateFile, to: "\(folder)/mirror.pem")
          try root.copy(authority.clientFiles.certificate, to: "\(folder)/me.pem")
          try root.copy(authority.clientFiles.key, to: "\(folder)/me.key")
          let text = """
            server = "https://\(origin.authority)"
            [host."https://\(mirror.authority)"]
            ca = "mirror.pem"
            client = [["me.pem", "me.key"]]
            """
          try root.write(text, to: "\(folder)/hosts.toml")
          scene.access.use(ConfigurationRoots(system: root.path("etc"), variables: [:]))
          #expect(try await scene.pull("\(origin.authority)/team/app:1").error == nil)
          #expect(origin.requests.isEmpty)
          #expect(!mirror.requests.isEmpty)
          // Without the mirror, its authority says nothing of the origin.
          try root.write("server = \"https://\(origin.authority)\"", to: "\(folder)/hosts.toml")
          scene.access.use(ConfigurationRoots(system: root.path("etc"), variables: [:]))
          let outcome = try await scene.pull("\(origin.authority)/team/app:1", restarts: true)
          #expect(outcome.failureClass == .tls)
          #expect(origin.requests.isEmpty)
        }
      }
    }
  }

  @Test("T131: a mirror, by the name that hosts.toml gives: the pull goes on at the registry")
  func mirrorOfAnotherName() async throws {
    try await TestAuthority.run { authority in
      let thief = try await authority.context(alternatives: "DNS:evil.test,IP:127.0.0.1")
      try await ScriptedServer.run(tls: thief) { mirror in
        try await ScriptedServer.run(tls: try await authority.context(alternatives: "DNS:registry.test")) { server in
          server.serve(image)
          try await PullScene.run { scene in
            scene.access.usesPlainHTTP = false
            scene.access.network.trust.authorityFiles = [authority.certificateFile]
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
}
