import ManualClocks
import ScriptedServer
import SystemPackage
import TemporaryFolders
import Testing
import Waiting

@testable import RegistryServer

/// Blobs of several pieces that the system sends from a file of the cache, or of the disk, to the socket.
@Suite struct SentFileTests {
  private static let image = ImageFixture(layers: [5 << 20, 16 << 20], seed: 507)

  /// A gateway that keeps what it is asked for in a cache, behind a port.
  private func run(
    _ cache: TemporaryFolder, settings: ServerSettings = ServerSettings(),
    _ body: @escaping @Sendable (ServerScene, _ registry: String) async throws -> Void
  ) async throws {
    try await ScriptedServer.run { server in
      server.serve(Self.image)
      let registry = server.authority
      try await GatewayScene.run([registry], change: { $0.cache = (cache.path.string, 1 << 30) }) { gateway in
        try await ServerScene.run(settings: settings, handlers: gateway.parts.handlers) { (scene, _) async throws in
          try await body(scene, registry)
        }
      }
    }
  }

  @Test("T507: a blob of the cache is sent byte for byte: as it comes, once it is kept, and in ranges of any place")
  func cachedBlob() async throws {
    try await run(try TemporaryFolder()) { scene, registry in
      let layer = Self.image.layers[0]
      let target = "/v2/team/app/blobs/\(layer.digest)?ns=\(registry)"
      for _ in 1...2 { #expect(try await scene.get(target).body == layer.bytes) }
      let size = layer.bytes.count
      for range in [0...0, 1...(1 << 20), 131_071...(size - 2), (size - 300_000)...(size - 1), 0...(size - 1)] {
        let part = try await scene.get(target, ["Range: bytes=\(range.lowerBound)-\(range.upperBound)"])
        #expect(part.status == 206)
        #expect(part.body == Array(layer.bytes[range]), "\(range)")
      }
    }
  }

  @Test("T507: an archive whose layers are in the cache is the one that the registry's are, whole and in parts")
  func cachedArchive() async throws {
    try await run(try TemporaryFolder()) { scene, registry in
      let target = "/archive/\(registry)/team/app:1.tar?platform=linux/amd64"
      let fetched = try await scene.get(target)
      #expect(fetched.status == 200 && !fetched.isCut)
      for layer in Self.image.layers {
        #expect(try await scene.get("/v2/team/app/blobs/\(layer.digest)?ns=\(registry)").body == layer.bytes)
      }
      let kept = try await scene.get(target)
      #expect(kept.body == fetched.body && !kept.isCut)
      for start in [1, 3_000_000, 6_000_000, 20_000_000] {
        let rest = try await scene.get(target, ["Range: bytes=\(start)-"])
        #expect(rest.status == 206 && rest.body == Array(fetched.body[start...]), "\(start)")
      }
    }
  }

  @Test("T507: an archive of the disk is the same when its layers are known to be right")
  func knownToBeRight() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.image.archive("team/app:1"), to: "a.tar")
    try await GatewayScene.run(folder, []) { gateway, _ in
      try await ServerScene.run(handlers: gateway.parts.handlers) { (scene, _) async throws in
        let target = "/archive/team/app:1.tar?platform=linux/amd64"
        let first = try await scene.get(target)
        #expect(first.status == 200 && !first.isCut)
        for layer in Self.image.layers { #expect(first.body.firstRange(of: layer.bytes) != nil) }
        let second = try await scene.get(target)
        #expect(second.body == first.body && !second.isCut)
        let rest = try await scene.get(target, ["Range: bytes=3000000-"])
        #expect(rest.body == Array(first.body[3_000_000...]))
      }
    }
  }

  @Test("T508: a layer on the disk that was right, and is written to in place, is not given as if it still were")
  func writtenTo() async throws {
    let folder = try TemporaryFolder()
    var archive = Self.image.archive("team/app:1")
    try folder.write(archive, to: "a.tar")
    try await GatewayScene.run(folder, []) { gateway, contents in
      let target = "/archive/team/app:1.tar?platform=linux/amd64"
      let first = try await gateway.get(target)
      #expect(first.status == 200 && !first.isCut)
      let layer = try #require(archive.firstRange(of: Self.image.layers[1].bytes.prefix(2_000))).lowerBound
      archive[layer + 1_000] ^= 1
      let file = try FileDescriptor.open(folder.path.appending("a.tar"), .readWrite)
      try file.closeAfter { _ = try file.writeAll(toAbsoluteOffset: 0, archive) }
      _ = try await contents.rescan()
      let second = try await gateway.get(target)
      #expect(second.status != 200 || second.isCut)
      #expect(second.bytes.firstRange(of: archive[layer..<layer + 2_000]) == nil || second.isCut)
    }
  }

  @Test("T509: a blob of the cache that becomes shorter while it is sent cuts the answer")
  func shortened() async throws {
    let cache = try TemporaryFolder()
    var settings = ServerSettings()
    settings.limits.stalledTime = .milliseconds(400)
    try await run(cache, settings: settings) { scene, registry in
      let layer = Self.image.layers[1]
      let target = "/v2/team/app/blobs/\(layer.digest)?ns=\(registry)"
      #expect(try await scene.get(target).body == layer.bytes)
      let path = cache.path.appending(layer.digest.replacing(":", with: "-"))
      let port = scene.port
      let received = try await Workers.current.run {
        let socket = try LoopbackSocket(port: port)
        try socket.transmit(Array("GET \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8))
        // More than the head: the file is open.
        var count = 0
        while count < 100_000, case .bytes(let more) = socket.receive(atMost: 1_000, milliseconds: 20_000) {
          count += more.count
        }
        let file = try FileDescriptor.open(path, .readWrite)
        try file.closeAfter { try file.resize(to: 6 << 20) }
        while case .bytes(let more) = socket.receive(atMost: 1 << 16, milliseconds: 20_000) { count += more.count }
        return count
      }
      #expect((100_000..<layer.bytes.count).contains(received))
    }
  }
}
