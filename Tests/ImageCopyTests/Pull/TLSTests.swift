import CLibrary
import HTTPAccess
import ImageModel
import PullScenes
import RegistryAuth
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("TLS")
struct TLSTests {
  private let image = ImageFixture(layers: [100_000], seed: 42)

  private func serving(
    _ certificate: TestAuthority.Certificate,
    _ body: @Sendable (inout PullScene, ScriptedServer, TestAuthority) async throws -> Void
  ) async throws {
    try await TestAuthority.run { authority in
      try await ScriptedServer.run(tls: try authority.context(certificate)) { server in
        try await PullScene.run { scene in
          scene.access.usesPlainHTTP = false
          try await body(&scene, server, authority)
        }
      }
    }
  }

  private func failure(_ outcome: PullScene.Outcome) -> TLSFailure? {
    guard case .network(.tls(_, let failure)) = outcome.registryError?.reason else { return nil }
    return failure
  }

  @Test("T181: --plain-http where the registry speaks TLS: it says so, and is asked once")
  func unwanted() async throws {
    try await serving(.good) { scene, server, _ in
      server.serve(image)
      scene.access.usesPlainHTTP = true
      scene.access.network.addressOverrides = ["registry.example": "127.0.0.1"]
      let outcome = try await scene.pull("registry.example:\(server.port)/team/app:1")
      #expect(failure(outcome) == .unwanted)
      #expect(outcome.registryError?.tries == 1)
      #expect(server.requests.isEmpty)
      #expect(scene.files.isEmpty)
    }
  }

  @Test("T042, T043: plain HTTP on the port of a registry that is not on loopback is an error, not a way out")
  func plainHTTP() async throws {
    try await ScriptedServer.run { server in
      try await PullScene.run { scene in
        scene.access.usesPlainHTTP = false
        scene.access.network.addressOverrides = ["registry.example": "127.0.0.1"]
        let outcome = try await scene.pull("registry.example:\(server.port)/team/app:1")
        #expect(failure(outcome) == .notTLS)
        #expect(server.requests.isEmpty)
        #expect(scene.files.isEmpty)
      }
    }
  }

  @Test(
    "T043: HTTPS fails and port 80 would answer: nobody asks there, whatever is wrong with 443",
    .enabled(if: getuid() == 0, "needs root, for ports below 1024"),
    arguments: [TestAuthority.Certificate.selfSigned, nil])
  func plainHTTPBeside(certificate: TestAuthority.Certificate?) async throws {
    var configuration = ServerConfiguration(port: 80)
    // An address that no other test has: the ports are the standard ones.
    configuration.host = "127.43.\(Int.random(in: 1...254)).\(Int.random(in: 1...254))"
    let host = configuration.host
    try await ScriptedServer.run([], configuration) { plain in
      plain.serve(image)
      try await TestAuthority.run { authority in
        let pull = {
          try await PullScene.run { scene in
            scene.access.usesPlainHTTP = false
            scene.access.network.addressOverrides = ["registry.example": host]
            let outcome = try await scene.pull("registry.example/team/app:1")
            #expect(outcome.failureClass == (certificate == nil ? .network : .tls))
            #expect(scene.files.isEmpty)
          }
        }
        guard let certificate else { return try await pull() }
        var secure = ServerConfiguration(tls: try authority.context(certificate), port: 443)
        secure.host = host
        try await ScriptedServer.run([], secure) { server in
          try await pull()
          #expect(server.connections > 0, "HTTPS was tried")
          #expect(server.requests.isEmpty)
        }
      }
      #expect(plain.connections == 0)
    }
  }

  @Test("unverified only where the user said so")
  func unverified() async throws {
    try await serving(.expired) { scene, server, _ in
      server.serve(image)
      scene.access.skipsVerification = true
      let reference = "\(server.authority)/team/app:1"
      let name = try ImageReference(parsing: reference).registry
      let elsewhere = try await scene.pull(reference)
      #expect(elsewhere.failureClass == .tls)
      let outcome = try await scene.pull(reference, registries: [name])
      #expect(outcome.error == nil)
    }
  }

  @Test("T029: with --foreign-layers a layer comes from its own address, without credentials")
  func foreignLayer() async throws {
    try await serving(.good) { scene, server, authority in
      scene.access.network.trust.authorityFiles = [authority.certificateFile]
      scene.access.fetchesForeignLayers = true
      let layer = ImageFixture.Blob(
        mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
        bytes: ImageFixture.noise(5_000, seed: 29))
      let foreign = String(layer.descriptor.dropLast()) + #","urls":["https://localhost:\#(server.port)/elsewhere"]}"#
      let config = ImageFixture.Blob(mediaType: ImageFixture.configType, bytes: Array("{}".utf8))
      let text = #"{"schemaVersion":2,"config":\#(config.descriptor),"layers":[\#(foreign)]}"#
      server.serveManifest(ImageFixture.Blob(mediaType: ImageFixture.manifestType, bytes: Array(text.utf8)))
      server.serve(config)
      server.on("/v2/team/app/blobs/\(layer.digest)", reply: Reply(404))
      server.on("/elsewhere") { .blob(ReplyBody(layer.bytes), for: $0) }
      scene.access.login.credentials = FixedCredential(
        FoundCredential(.password(username: "me", password: "canary-secret"), from: .commandLine),
        for: [server.authority])
      let outcome = try await scene.pull("\(server.authority)/team/app:1")
      #expect(outcome.error == nil)
      #expect(server.requests("/elsewhere").allSatisfy { !$0.carriesCredentials })
    }
  }
}
