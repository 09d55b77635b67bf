import ScriptedServer
import TemporaryFolders
import Testing

@testable import RegistryServer

/// Archives by URL of a server that has a cache.
@Suite struct KeptArchiveTests {
  private let image = ImageFixture(
    layers: [3_000_000, 40_000, 1_500_000, 200_000] + Array(repeating: 20_000, count: 12), seed: 510)

  private func target(_ server: ScriptedServer, _ tag: String = "1") -> String {
    "/archive/\(server.authority)/team/app:\(tag).tar?platform=linux/amd64"
  }

  /// - Returns: what a gateway without a cache gives.
  private func expected(_ server: ScriptedServer) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    try await GatewayScene.run([server.authority]) { bytes = try await $0.get(target(server)).bytes }
    return bytes
  }

  private func run(
    _ cache: TemporaryFolder, _ server: ScriptedServer, size: Int64 = 1 << 30,
    _ body: (GatewayScene) async throws -> Void
  ) async throws {
    try await GatewayScene.run([server.authority], change: { $0.cache = (cache.path.string, size) }, body)
  }

  private func bytesSent(_ server: ScriptedServer, _ blob: ImageFixture.Blob, since before: Int) -> Int64 {
    server.requests.dropFirst(before).filter { $0.method == "GET" && $0.path.hasSuffix(blob.digest) }
      .reduce(0) { $0 + $1.bodyBytesSent }
  }

  @Test("T510: the registry gives each layer once, however many download the archive, at the same time and later")
  func once() async throws {
    let cache = try TemporaryFolder()
    try await ScriptedServer.run { server in
      server.serve(image)
      let expected = try await expected(server)
      let before = server.requests.count
      try await run(cache, server) { (gateway) async throws in
        try await withThrowingTaskGroup(of: GatewayScene.Answer.self) { group in
          for _ in 0..<6 { group.addTask { try await gateway.get(target(server)) } }
          for try await answer in group { #expect(answer.bytes == expected && !answer.isCut) }
        }
        #expect(try await gateway.get(target(server)).bytes == expected)
        // Engines have it of the same cache.
        let layer = image.layers[0]
        let blob = try await gateway.get("/v2/team/app/blobs/\(layer.digest)?ns=\(server.authority)")
        #expect(blob.bytes == layer.bytes)
      }
      // Also by another run of the server.
      try await run(cache, server) { (gateway) async throws in
        #expect(try await gateway.get(target(server)).bytes == expected)
        #expect(try await gateway.range(target(server), "2000000-").bytes == Array(expected[2_000_000...]))
      }
      for layer in image.layers { #expect(bytesSent(server, layer, since: before) == layer.size) }
    }
  }

  @Test("T510: a layer for which the cache has no room is given all the same")
  func noRoom() async throws {
    let cache = try TemporaryFolder()
    try await ScriptedServer.run { server in
      server.serve(image)
      let expected = try await expected(server)
      try await run(cache, server, size: 1_000_000) { (gateway) async throws in
        for _ in 0..<2 {
          let answer = try await gateway.get(target(server))
          #expect(answer.bytes == expected && !answer.isCut)
        }
      }
      #expect(try cache.names.filter { $0.hasPrefix(".draft") }.isEmpty)
    }
  }

  @Test("T511: a client that goes away leaves nothing half kept, and no fetching that nobody wants")
  func goesAway() async throws {
    let cache = try TemporaryFolder()
    try await ScriptedServer.run { server in
      server.serve(image)
      let expected = try await expected(server)
      try await run(cache, server) { (gateway) async throws in
        let cut = try await gateway.get(target(server), limit: 100_000)
        #expect(cut.failure != nil)
        let answer = try await gateway.get(target(server))
        #expect(answer.bytes == expected && !answer.isCut)
        let names = try cache.names
        #expect(names.filter { $0.hasPrefix(".draft") }.isEmpty, "\(names)")
        for layer in image.layers { #expect(names.contains(layer.digest.replacing(":", with: "-"))) }
      }
    }
  }

  @Test("T512: the rest of an archive fetches nothing of what is before it into the cache")
  func rest() async throws {
    let cache = try TemporaryFolder()
    try await ScriptedServer.run { server in
      server.serve(image)
      let expected = try await expected(server)
      let before = server.requests.count
      try await run(cache, server) { (gateway) async throws in
        _ = try await gateway.head(target(server))
        // In the middle of the first layer.
        let rest = try await gateway.range(target(server), "2000000-")
        #expect(rest.bytes == Array(expected[2_000_000...]) && !rest.isCut)
        #expect(bytesSent(server, image.layers[0], since: before) < 1_100_000)
        let middle = try await gateway.range(target(server), "1000000-1000999")
        #expect(middle.bytes == Array(expected[1_000_000..<1_001_000]))
        #expect(bytesSent(server, image.layers[0], since: before) < 1_200_000)
      }
    }
  }

  @Test("T513: a manifest that gives a cached layer another size ends the download, and nobody waits for more of it")
  func wrongSize() async throws {
    let layer = image.layers[1]
    for size in [layer.size + 10_000, layer.size - 10_000] {
      let text = String(decoding: image.manifest.bytes, as: UTF8.self)
        .replacing("\"size\":\(layer.size)", with: "\"size\":\(size)")
      let other = ImageFixture(replacing: image, manifest: Array(text.utf8))
      let cache = try TemporaryFolder()
      try await ScriptedServer.run { server in
        server.serve(image)
        server.serve(other, tag: "2")
        try await run(cache, server) { (gateway) async throws in
          #expect(try await gateway.get(target(server)).isCut == false)
          let wrong = try await gateway.get(target(server, "2"))
          #expect(wrong.status != 200 || wrong.isCut)
          #expect(wrong.bytes.firstRange(of: layer.bytes.suffix(1_000)) == nil)
          // Nor does it spoil what is right.
          #expect(try await gateway.get(target(server)).isCut == false)
        }
      }
    }
  }
}
