import ImageModel
import ManualClocks
import PullScenes
import RegistryClient
import ScriptedServer
import Synchronization
import Testing

@testable import ImageCopy

@Suite("Servers that fail for a while, or for good")
struct ServerFailureTests {
  private let image = ImageFixture(layers: [200_000, 100_000], seed: 57)

  @Test(
    "T057: two failures and then an answer: of the token service, the manifest, the config and each layer",
    arguments: [500, 502, 503, 504, 408, 522, 499])
  func burst(status: Int) async throws {
    try await ScriptedServer.run { server in
      let failing = Mutex<[String: Int]>([:])
      let failure = Rule("GET", "*", Reply(status, text: "<h1>wait</h1>")).when { request in
        failing.withLock { failing in
          failing[request.path, default: 0] += 1
          return failing[request.path, default: 0] <= 2
        }
      }
      server.addFirst(failure)
      server.protect(image) { token, _ in token == "t" }
      server.giveTokens { _ in .token("t") }
      try await PullScene.run { scene in
        let reference = "\(server.authority)/team/app:1"
        let outcome = try await scene.pull(reference)
        #expect(outcome.error == nil)
        let expected = try expectedArchive(image, reference: reference)
        #expect(try scene.bytes("app_1.tar") == expected)
        #expect(server.requests("/service/token").count == 3)
      }
    }
  }

  @Test("T058: 503 for ever is the network's fault after five tries, each after the announced wait")
  func forEver() async throws {
    let one = ImageFixture(layers: [200_000, 100_000], seed: 58)
    try await ScriptedServer.run { server in
      let clock = ManualClock()
      let times = Mutex<[Duration]>([])
      server.serveManifest(one.manifest)
      server.serve(one.config)
      server.serve(one.layers[1])
      server.on("/v2/team/app/blobs/\(one.layers[0].digest)") { _ in
        times.withLock { $0.append(clock.now.offset) }
        return Reply(503, headers: [("Retry-After", "1")])
      }
      try await PullScene.run { scene in
        scene.clock = clock
        let pulling = scene
        let reference = "\(server.authority)/team/app:1"
        let outcome = try await clock.running { try await pulling.pull(reference) }
        #expect(outcome.failureClass == .network)
        guard case .network(.serverFailure(503, _)) = outcome.registryError?.reason else {
          Issue.record("\(String(describing: outcome.error))")
          return
        }
        let asked = times.withLock { $0 }
        #expect(asked.count <= 6)
        #expect(zip(asked, asked.dropFirst()).allSatisfy { $1 - $0 >= .seconds(1) })
        #expect(scene.files == ["app_1.tar.part", "app_1.tar.part.journal"])
      }
    }
  }

  @Test("501 is no failure that passes")
  func notImplemented() async throws {
    try await ScriptedServer.run { server in
      server.on("/v2/team/app/manifests/1", reply: Reply(501))
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.failureClass == .network)
        #expect(server.requests.count == 1)
      }
    }
  }
}
