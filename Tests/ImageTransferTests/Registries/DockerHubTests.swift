import ImageModel
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageTransfer

@Suite("Docker Hub, as it is")
struct DockerHubTests {
  private static let registry = "registry-1.docker.io"
  private static let auth = "auth.docker.io"
  private let image = ImageFixture(layers: [200_000, 50_000], seed: 60)
  private let manifests = "/v2/library/nginx/manifests/1.21.4"

  /// The Hub with one official image, and its token service, which gives a token to everybody.
  private func hub(
    closed: [String] = [], _ body: @Sendable (inout PullScene, ScriptedServer, ScriptedServer) async throws -> Void
  ) async throws {
    try await NamedServers.run([Self.registry, Self.auth], closed: closed) { scene, servers in
      try await body(&scene, servers[Self.registry], servers[Self.auth])
    }
  }

  private func serve(_ registry: ScriptedServer, _ auth: ScriptedServer) {
    registry.protect(
      image, repository: "library/nginx", tag: "1.21.4", realm: "https://auth.docker.io/token",
      service: "registry.docker.io"
    ) { token, _ in token == "hub-token" }
    auth.giveTokens(at: "/token") { _ in
      .json(#"{"token":"hub-token","access_token":"hub-token","expires_in":300,"issued_at":"2026-01-01T00:00:00Z"}"#)
    }
  }

  @Test(
    "names: docker.io and its aliases are registry-1.docker.io, and an official image is in library/",
    arguments: [
      "nginx:1.21.4", "library/nginx:1.21.4", "docker.io/nginx:1.21.4", "index.docker.io/library/nginx:1.21.4",
      "registry-1.docker.io/library/nginx:1.21.4",
    ])
  func names(reference: String) async throws {
    try await hub { scene, registry, auth in
      serve(registry, auth)
      let outcome = try await scene.pull(reference)
      #expect(outcome.error == nil)
      #expect(outcome.result?.imageName == "nginx:1.21.4")
      #expect(auth.requests.map(\.target) == ["/token?service=registry.docker.io&scope=repository:library/nginx:pull"])
      #expect(registry.requests.allSatisfy { $0.values("host") == ["registry-1.docker.io"] })
      #expect(auth.requests.allSatisfy { $0.values("host") == ["auth.docker.io"] && !$0.carriesCredentials })
    }
  }
}
