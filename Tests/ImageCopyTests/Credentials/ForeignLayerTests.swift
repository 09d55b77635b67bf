import PullScenes
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

/// `--foreign-layers`, with a login from each place that it may come from.
@Suite("A login and layers from elsewhere")
struct ForeignLayerTests {
  private static let registry = "registry.example"
  private static let publisher = "publisher.example"
  private let layer = ImageFixture.Blob(
    mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", bytes: ImageFixture.noise(5_000, seed: 29))

  /// An image whose only layer is its publisher's, at a registry that wants the login.
  private func serve(_ server: ScriptedServer, for source: LoginSource) {
    let descriptor =
      String(layer.descriptor.dropLast()) + #","urls":["https://\#(Self.publisher)/layers/x?key=canary-url"]}"#
    let config = ImageFixture.Blob(mediaType: ImageFixture.configType, bytes: Array("{}".utf8))
    let text =
      #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.manifestType)","config":\#(config.descriptor),"layers":[\#(descriptor)]}"#
    let challenge = #"Bearer realm="https://\#(Self.registry)/service/token",service="registry""#
    server.add(
      Rule("GET", "/v2/*", Reply(401, headers: [("WWW-Authenticate", challenge)]))
        .when { !source.isGood($0.bearerToken) })
    server.giveTokensForLogin()
    server.serveManifest(ImageFixture.Blob(mediaType: ImageFixture.manifestType, bytes: Array(text.utf8)))
    server.serve(config)
    server.on("/v2/team/app/blobs/\(layer.digest)", reply: Reply(404))
  }

  private func pull(
    _ source: LoginSource, publisher reply: @escaping @Sendable (RecordedRequest) -> Reply,
    _ check: @escaping @Sendable (PullScene, PullScene.Outcome) -> Void
  ) async throws {
    try await NamedServers.run([Self.registry, Self.publisher]) { scene, servers in
      scene.access.fetchesForeignLayers = true
      serve(servers[Self.registry], for: source)
      // The realm that it may name has no rule: a question for a token would fail the test.
      servers[Self.publisher].on("GET", "/layers/x") { reply($0) }
      try await source.run(for: Self.registry, named: [Self.registry, Self.publisher]) { chain in
        scene.access.login.credentials = chain
        let outcome = try await scene.pull("\(Self.registry)/team/app:1")
        #expect(servers[Self.registry].requests.contains { $0.provesLogin })
        let asked = servers[Self.publisher].requests
        #expect(!asked.isEmpty)
        let fields = asked.flatMap(\.headers).map(\.value)
        #expect(asked.allSatisfy { !$0.carriesCredentials })
        #expect(fields.allSatisfy { !$0.contains("canary") })
        check(scene, outcome)
      }
    }
  }

  @Test("T029: a publisher that asks for a login is told nothing, whatever it names", arguments: LoginSource.allCases)
  func asks(source: LoginSource) async throws {
    for challenge in [
      #"Bearer realm="https://\#(Self.publisher)/token",service="registry""#, #"Basic realm="layers""#,
      #"Bearer realm="https://\#(Self.registry)/service/token",service="registry""#,
    ] {
      let refusal: @Sendable (RecordedRequest) -> Reply = { _ in
        Reply(401, headers: [("WWW-Authenticate", challenge)])
      }
      try await pull(source, publisher: refusal) { scene, outcome in
        #expect(outcome.failureClass == .network)
        // Nothing came that would be worth keeping.
        #expect(scene.files.isEmpty)
      }
    }
  }

  @Test("T029: a publisher that gives the layer gets no login either", arguments: LoginSource.allCases)
  func gives(source: LoginSource) async throws {
    let body = layer.body
    let gift: @Sendable (RecordedRequest) -> Reply = { .blob(body, for: $0) }
    try await pull(source, publisher: gift) { scene, outcome in
      #expect(outcome.error == nil)
      #expect(scene.files == ["app_1.tar"])
    }
  }
}
