import ImageModel
import PullScenes
import RegistryAuth
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

/// A client that is let go of while it is open ends the process, in a debug build.
@Suite("How long the connections of a pull live")
struct PullLifetimeTests {
  private func pull(_ server: ScriptedServer) async throws -> PullResult {
    var access = RegistryAccess(credentials: NoCredentials())
    access.usesPlainHTTP = true
    var result: PullResult?
    try await PullScene.run { scene in
      var request = PullRequest(reference: try ImageReference(parsing: "\(server.authority)/team/app:1"))
      request.output = .directory(scene.folder.string)
      result = try await ImagePull.with(access) { try await $0.run(request) { _ in } }
    }
    return try #require(result)
  }

  @Test("They end with the block of code, where the pull succeeds and where it throws")
  func ends() async throws {
    try await ScriptedServer.run { server in
      let image = ImageFixture(layers: [10_000], seed: 4)
      server.addFirst(Rule("GET", "/v2/team/app/manifests/1", Reply(404)).once)
      server.serve(image)
      await #expect(throws: RegistryError.self) { _ = try await pull(server) }
      let result = try await pull(server)
      #expect(result.manifestDigest.description == image.manifest.digest)
      await #expect(throws: CancellationError.self) {
        try await ImagePull.with(RegistryAccess(credentials: NoCredentials())) { _ in throw CancellationError() }
      }
    }
  }
}
