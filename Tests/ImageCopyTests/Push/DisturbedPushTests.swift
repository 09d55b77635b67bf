import ImageModel
import MachineConfiguration
import PullScenes
import RegistryClient
import ScriptedServer
import Testing
import Waiting

@testable import ImageCopy

@Suite("Pushes and copies that are disturbed")
struct DisturbedPushTests {
  private let image = ImageFixture(layers: [40_000, 300], seed: 246)

  private func expectComplete(
    _ registry: PushRegistry, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(registry.manifest("1") == image.manifest.bytes, "\(name)", sourceLocation: sourceLocation)
    #expect(registry.blobs() == Set(image.blobs.map(\.digest)), "\(name)", sourceLocation: sourceLocation)
    #expect(registry.incompleteNames.isEmpty, "\(name)", sourceLocation: sourceLocation)
  }

  @Test(
    "T246: a fault at any request of a push is survived: lost before, lost behind, refused by a gateway or for its token",
    arguments: [
      PushRegistry.Fault.hangUp, .lostAnswer, .gateway(502), .gateway(504), .status(500), .status(503), .status(408),
      .unauthorized,
    ])
  func everyRequest(_ fault: PushRegistry.Fault) async throws {
    let count = try await requests(with: { _ in nil })
    #expect(count >= 10)
    _ = try await inParallel(0..<count, width: 16) { place in
      _ = try await requests { $0 == place ? fault : nil }
    }
  }

  /// Pushes, and looks at what came of it.
  ///
  /// - Returns: how many requests that took.
  private func requests(with fault: @escaping @Sendable (Int) -> PushRegistry.Fault?) async throws -> Int {
    let registry = PushRegistry { $0.fault = { number, _ in fault(number) } }
    try await PushScene.run(registry) { scene in
      try scene.layout.write([(image.manifest, "docker.io/team/app:1")], contents: [image])
      let result = try await scene.push(try scene.request()).result
      #expect(result.images.map { "\($0.digest)" } == [image.manifest.digest])
      expectComplete(registry, "\(scene.server.requests.map { "\($0.method) \($0.path)" })")
    }
    return registry.requestCount
  }

  @Test("T247: two that push the same image at the same time both end well, and nothing incomplete has a name")
  func twoPushers() async throws {
    try await PushScene.run { scene in
      try scene.layout.write([(image.manifest, "docker.io/team/app:1")], contents: [image])
      let results = try await inParallel(0..<4, width: 4) { _ in try await scene.push(try scene.request()).result }
      #expect(Set(results.flatMap(\.images).map { "\($0.digest)" }) == [image.manifest.digest])
      expectComplete(scene.registry, "two pushers")
    }
  }

  @Test("T241: blobs that the registry forgot before the manifest came are sent again")
  func forgotten() async throws {
    try await PushScene.run(PushRegistry { $0.forgottenBlobs = 1 }) { scene in
      try scene.layout.write([(image.manifest, "docker.io/team/app:1")], contents: [image])
      _ = try await scene.push(try scene.request())
      expectComplete(scene.registry, "forgotten")
      #expect(scene.count("PUT", "/blobs/uploads/") == 2 * image.blobs.count)
    }
    try await PushScene.run(PushRegistry { $0.forgottenBlobs = 100 }) { scene in
      try scene.layout.write([(image.manifest, "docker.io/team/app:1")], contents: [image])
      let error = await #expect(throws: RegistryError.self) { try await scene.push(try scene.request()) }
      #expect(error?.reason == .upload(.contentMissing))
      #expect(scene.registry.manifest("1") == nil)
    }
  }

  @Test("T242: wrong bytes from a mirror are told, and come from the next source")
  func lyingMirror() async throws {
    let image = ImageFixture(layers: [5_000_000, 300], seed: 242)
    try await TwoRegistries.run { scene in
      scene.source.keep(image, as: "1")
      try await ScriptedServer.run { mirror in
        let registry = PushRegistry()
        registry.serve(on: mirror)
        for blob in image.blobs { registry.keep(blob) }
        registry.keep(manifest: image.manifest, as: "1")
        for layer in image.layers {
          var bytes = layer.bytes
          bytes[100] ^= 1
          let wrong = bytes
          mirror.addFirst(
            Rule("GET", "/v2/team/app/blobs/\(layer.digest)") { Reply.blob(ReplyBody(wrong), for: $0) })
        }
        var from = TwoRegistries.access
        from.mirrors = [try #require(MirrorName(parsing: "http://\(mirror.authority)"))]
        let (result, events) = try await scene.copy(try scene.request(), from: from)
        #expect(result.blobsSent == image.blobs.count)
        #expect(scene.target.registry.blobs("copy/app") == Set(image.blobs.map(\.digest)))
        #expect(scene.target.registry.openSessions == 0)
        let told = events.contains { event in
          if case .warning(.access(.wrongBytes)) = event { true } else { false }
        }
        #expect(told)
      }
    }
  }
}
