import HTTPAccess
import ImageModel
import MachineConfiguration
import PullScenes
import RegistryClient
import ScriptedServer
import TemporaryFolders
import Testing

@testable import ImageCopy

@Suite("Pulls through a proxy")
struct ProxiedPullTests {
  private let image = ImageFixture(layers: [300_000, 2_000_000], seed: 76)

  /// A registry called `registry.example`, which only the proxy knows, with TLS or without.
  private func behindProxy(
    secure: Bool = true, _ configuration: ScriptedProxy.Configuration = .init(),
    _ body: @Sendable (inout PullScene, ScriptedProxy, ScriptedServer) async throws -> Void
  ) async throws {
    try await ProxiedServer.run(serving: image, secure: secure, configuration) { place in
      try await PullScene.run { scene in
        scene.access.usesPlainHTTP = !secure
        scene.access.network.trust.authorityFiles = [place.certificateFile]
        scene.access.network.proxies = ProxyRules(variables: ["all_proxy": place.proxy.address])
        try await body(&scene, place.proxy, place.server)
      }
    }
  }

  private func reference(_ server: ScriptedServer) -> String { "registry.example:\(server.port)/team/app:1" }

  private func expectComplete(_ outcome: PullScene.Outcome, _ scene: PullScene, _ reference: String) throws {
    #expect(outcome.error == nil)
    #expect(scene.files == ["app_1.tar"])
    #expect(try scene.bytes("app_1.tar") == expectedArchive(image, reference: reference))
  }

  private func failure(_ outcome: PullScene.Outcome) -> ProxyFailure? {
    #expect(outcome.failureClass == .proxy)
    guard case .network(.proxy(let failure)) = outcome.registryError?.reason else { return nil }
    return failure
  }

  @Test("T076: a registry with TLS is reached through CONNECT, with its own name in Host")
  func tunnel() async throws {
    try await behindProxy { scene, proxy, server in
      let reference = reference(server)
      try expectComplete(try await scene.pull(reference), scene, reference)
      #expect(!proxy.tunnels.isEmpty)
      #expect(proxy.tunnels.allSatisfy { $0 == "registry.example:\(server.port)" })
      #expect(proxy.requests.allSatisfy { $0.method == "CONNECT" })
      #expect(server.requests.allSatisfy { $0.header("host") == "registry.example:\(server.port)" })
    }
  }

  /// What calls the registry insecure.
  private static let insecure = ["etc/containers/registries.conf", "etc/docker/daemon.json"]

  /// A pull by the machine's configuration.
  private func pull(
    _ scene: PullScene, _ server: ScriptedServer, insecureBy file: String?, _ log: WarningLog
  ) async throws -> PullScene.Outcome {
    let place = "registry.example:\(server.port)"
    return try await ConfigurationFolder.run { root in
      if let file {
        let text =
          file.hasSuffix(".json")
          ? "{\"insecure-registries\":[\"\(place)\"]}" : "[[registry]]\nlocation = \"\(place)\"\ninsecure = true"
        try root.write(text, to: file)
      }
      var scene = scene
      scene.access.usesPlainHTTP = false
      scene.access.network.trust.authorityFiles = []
      scene.access.use(ConfigurationRoots(system: root.path("etc"), variables: [:]))
      return try await scene.pull("\(place)/team/app:1", observe: log.observe)
    }
  }

  @Test("T043, T076: behind a proxy, plain HTTP only where a file calls the registry insecure, and it is said aloud")
  func insecurePlain() async throws {
    try await behindProxy(secure: false) { scene, proxy, server in
      let place = "registry.example:\(server.port)"
      let strict = try await pull(scene, server, insecureBy: nil, WarningLog())
      #expect(strict.failureClass == .tls)
      #expect(server.requests.isEmpty)
      for file in Self.insecure {
        let log = WarningLog()
        let outcome = try await pull(scene, server, insecureBy: file, log)
        #expect(outcome.error == nil)
        #expect(log.all == [.plainHTTP(host: place)])
      }
      #expect(proxy.tunnels.allSatisfy { $0 == place })
      // Once for each pull: TLS is always tried first.
      #expect(server.tlsHellos == 3)
      #expect(proxy.requests.filter { $0.method == "CONNECT" }.count == 3)
    }
  }

  @Test("T076: behind a proxy, an insecure registry that speaks TLS is spoken to by TLS, its certificate unchecked")
  func insecureTLS() async throws {
    try await behindProxy { scene, proxy, server in
      let strict = try await pull(scene, server, insecureBy: nil, WarningLog())
      #expect(strict.failureClass == .tls)
      for file in Self.insecure {
        let log = WarningLog()
        let outcome = try await pull(scene, server, insecureBy: file, log)
        #expect(outcome.error == nil)
        #expect(log.all.isEmpty)
      }
      #expect(proxy.requests.allSatisfy { $0.method == "CONNECT" })
    }
  }

  @Test(
    "T076: a proxy that makes no tunnel to an insecure registry may lead there by plain HTTP; one without a login does not"
  )
  func insecureWithoutTunnel() async throws {
    var configuration = ScriptedProxy.Configuration()
    configuration.answers = ["HTTP/1.1 403 Forbidden"]
    try await behindProxy(secure: false, configuration) { scene, proxy, server in
      let log = WarningLog()
      let outcome = try await pull(scene, server, insecureBy: Self.insecure[0], log)
      #expect(outcome.error == nil)
      #expect(log.all == [.plainHTTP(host: "registry.example:\(server.port)")])
      #expect(proxy.requests.filter { $0.method == "CONNECT" }.count == 1)
    }
    configuration.answers = []
    configuration.login = "me:secret"
    try await behindProxy(secure: false, configuration) { scene, _, server in
      let outcome = try await pull(scene, server, insecureBy: Self.insecure[0], WarningLog())
      #expect(failure(outcome)?.reason == .loginRequired)
      #expect(server.requests.isEmpty)
    }
  }

  @Test("T076: a proxy that drops the tunnel in the middle: the pull goes on through it")
  func drop() async throws {
    var configuration = ScriptedProxy.Configuration()
    configuration.dropsAfter = 1_000_000
    try await behindProxy(configuration) { scene, proxy, server in
      scene.access.network.connectionsPerHost = 1
      let reference = reference(server)
      let outcome = try await scene.pull(reference)
      try expectComplete(outcome, scene, reference)
      #expect(proxy.tunnels.count >= 2)
      // It goes on where the bytes ended.
      #expect(try #require(outcome.result).bytesFetched < 2_300_000 + 200_000)
    }
  }
}
