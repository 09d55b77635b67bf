import ImageModel
import PullScenes
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("Small layers while the config is on its way")
struct EarlyBlobTests {
  private let image = ImageFixture(layers: (0..<20).map { 3000 + $0 }, seed: 61)

  /// - Parameter again: bytes that come more than once.
  private func pull(_ server: ScriptedServer, connections: Int = 4, again: Int64 = 0) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    try await PullScene.run { scene in
      scene.access.network.connectionsPerHost = connections
      let outcome = try await scene.pull("\(server.authority)/team/app:1")
      #expect(outcome.error == nil)
      bytes = try scene.bytes("app_1.tar")
      let size = image.blobs.reduce(0) { $0 + $1.size } - image.config.size
      #expect(outcome.result?.bytesFetched == size + again)
    }
    return bytes
  }

  @Test("of an image with many, one for each other connection is asked for beside the config")
  func overlap() async throws {
    try await ScriptedServer.run { server in
      server.serveManifest(image.manifest)
      for layer in image.layers { server.serve(layer) }
      server.on("/v2/team/app/blobs/\(image.config.digest)") { request in
        // It comes once the manifest, itself and three layers have been asked for.
        await server.requestsArrived(5)
        return .blob(image.config.body, for: request)
      }
      let bytes = try await pull(server)
      #expect(try bytes == expectedArchive(image, reference: "\(server.authority)/team/app:1"))
    }
  }

  @Test("what does not come right so early is fetched as every other layer is")
  func wrong() async throws {
    try await ScriptedServer.run { server in
      server.serveManifest(image.manifest)
      server.on("/v2/team/app/blobs/\(image.layers[0].digest)", times: 1, reply: Reply(500))
      server.on("/v2/team/app/blobs/\(image.layers[1].digest)", times: 1, reply: Reply(404))
      server.serveBlobs(image)
      let bytes = try await pull(server)
      #expect(try bytes == expectedArchive(image, reference: "\(server.authority)/team/app:1"))
    }
  }

  @Test("of an image with few layers none is asked for before the config is there")
  func few() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      _ = try await pull(server, connections: 20)
      let paths = server.requests.map(\.path)
      #expect(paths.prefix(2).last == "/v2/team/app/blobs/\(image.config.digest)")
    }
  }

  @Test("bytes that came in vain are counted: wrong ones, and some before the line broke")
  func counted() async throws {
    let (flipped, broken) = (image.layers[0], image.layers[1])
    try await ScriptedServer.run { server in
      server.serveManifest(image.manifest)
      server.on("/v2/team/app/blobs/\(flipped.digest)", times: 1) {
        .blob(flipped.body, for: $0).flippingBit(at: 7)
      }
      server.on("/v2/team/app/blobs/\(broken.digest)", times: 1) { .blob(broken.body, for: $0).finish(after: 1000) }
      server.serveBlobs(image)
      let bytes = try await pull(server, again: flipped.size + 1000)
      #expect(try bytes == expectedArchive(image, reference: "\(server.authority)/team/app:1"))
    }
  }
}
