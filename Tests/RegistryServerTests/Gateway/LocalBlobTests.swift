import ImageModel
import ScriptedServer
import TemporaryFolders
import Testing

@testable import RegistryServer

/// What stands on the server's disk is not asked for at registries.
@Suite struct LocalBlobTests {
  private let image = ImageFixture(layers: [400_000, 30_000], seed: 341)

  private func run(
    _ archive: [UInt8], _ body: (ScriptedServer, GatewayScene, String, [UInt8]) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    try folder.write(archive, to: "a.tar")
    let contents = WatchedContents([folder.path], quietTime: .zero)
    _ = try await contents.rescan()
    try await ScriptedServer.run { server in
      server.serve(image)
      let target = "/archive/\(server.authority)/team/app:1.tar?platform=linux/amd64"
      var expected: [UInt8] = []
      try await GatewayScene.run([server.authority]) { expected = try await $0.get(target).bytes }
      try await GatewayScene.run(
        [server.authority], change: { $0.onDisk = { contents.current } }
      ) { gateway in try await body(server, gateway, target, expected) }
    }
  }

  private func askedFor(_ server: ScriptedServer, _ blob: ImageFixture.Blob) -> Int {
    server.requests("/v2/team/app/blobs/\(blob.digest)").count { $0.method == "GET" }
  }

  @Test func `T341 A blob on the disk is taken from there, whole and in parts`() async throws {
    try await run(image.archive("other:1")) { server, gateway, target, expected in
      let before = image.layers.map { askedFor(server, $0) }
      #expect(try await gateway.get(target).bytes == expected)
      let part = try await gateway.range(target, "300000-400000")
      #expect(part.bytes == Array(expected[300_000...400_000]))
      #expect(image.layers.map { askedFor(server, $0) } == before)
    }
  }

  @Test func `T341 Wrong bytes on the disk cut the download, and the next one has the registry's`() async throws {
    var archive = image.archive("other:1")
    let layer = try #require(archive.firstRange(of: image.layers[0].bytes.prefix(2_000))).lowerBound
    archive[layer + 1_000] ^= 1
    try await run(archive) { _, gateway, target, expected in
      #expect(try await gateway.get(target).isCut)
      let again = try await gateway.get(target)
      #expect(again.bytes == expected && !again.isCut)
    }
  }

  @Test func `T296 The checksum of an archive is found out from the disk: only what is not there is asked for`()
    async throws
  {
    try await run(image.archive("other:1")) { server, gateway, target, expected in
      let before = image.layers.map { askedFor(server, $0) }
      let answer = try await gateway.get(Self.checksum(target))
      #expect(answer.text == Self.line(expected) && !answer.isCut)
      #expect(image.layers.map { askedFor(server, $0) } == before)
    }
  }

  @Test func `T296 Wrong bytes on the disk change no checksum: the registry is asked for that layer alone`()
    async throws
  {
    var archive = image.archive("other:1")
    let layer = try #require(archive.firstRange(of: image.layers[0].bytes.prefix(2_000))).lowerBound
    archive[layer + 1_000] ^= 1
    try await run(archive) { server, gateway, target, expected in
      let before = image.layers.map { askedFor(server, $0) }
      let answer = try await gateway.get(Self.checksum(target))
      #expect(answer.text == Self.line(expected) && !answer.isCut)
      let after = image.layers.map { askedFor(server, $0) }
      #expect(after[0] > before[0] && after[1] == before[1])
      // The archive itself is read without that layer of the disk from now on.
      #expect(try await gateway.get(target).bytes == expected)
    }
  }

  private static func checksum(_ target: String) -> String { target.replacing(".tar?", with: ".tar.sha256?") }

  private static func line(_ archive: [UInt8]) -> String {
    "\(ImageFixture.digest(archive).dropFirst(7))  app_1.tar\n"
  }

  @Test func `T395 Layers that are in the cache are taken from there for an archive, its parts and its checksum`()
    async throws
  {
    let folder = try TemporaryFolder()
    try await ScriptedServer.run { server in
      server.serve(image)
      let target = "/archive/\(server.authority)/team/app:1.tar?platform=linux/amd64"
      var expected: [UInt8] = []
      try await GatewayScene.run([server.authority]) { expected = try await $0.get(target).bytes }
      try await GatewayScene.run([server.authority], change: { $0.cache = (folder.path.string, 1 << 30) }) { gateway in
        for blob in image.blobs {
          let kept = try await gateway.get("/v2/team/app/blobs/\(blob.digest)?ns=\(server.authority)")
          #expect(kept.bytes == blob.bytes)
        }
        let before = server.requests.count
        let whole = try await gateway.get(target)
        #expect(whole.bytes == expected && !whole.isCut)
        let part = try await gateway.range(target, "300000-400000")
        #expect(part.bytes == Array(expected[300_000...400_000]))
        let checksum = try await gateway.get(Self.checksum(target))
        #expect(checksum.text == Self.line(expected))
        let asked = server.requests.dropFirst(before)
        // Manifest and config say what the archive is.
        let layers = asked.filter { request in image.layers.contains { request.path.hasSuffix($0.digest) } }
        #expect(layers.isEmpty, "\(asked.map(\.path))")
      }
    }
  }
}
