import FileAccess
import RegistryServer
import ScriptedServer
import SystemPackage
import Testing
import Waiting

/// Blobs of several pieces, which the system sends from the file to the socket.
@Suite struct LargeBlobTests {
  private static let image = ImageFixture(layers: [5 << 20, 16 << 20], seed: 356)

  @Test("T356: a large blob is sent byte for byte: whole, in ranges of any place, and one answer after another")
  func whole() async throws {
    try await ServerScene.run(["a.tar": Self.image.archive("a:1")]) { (scene, _) async throws in
      let layer = Self.image.layers[0]
      let target = "/v2/a/blobs/\(layer.digest)"
      #expect(try await scene.get(target).body == layer.bytes)
      let size = layer.bytes.count
      for range in [0...0, 1...(1 << 20), 131_071...(size - 2), (size - 300_000)...(size - 1), 0...(size - 1)] {
        let part = try await scene.get(target, ["Range: bytes=\(range.lowerBound)-\(range.upperBound)"])
        #expect(part.status == 206)
        #expect(part.body == Array(layer.bytes[range]), "\(range)")
      }
      let several = try await scene.get(target, ["Range: bytes=5-1500000,2000000-4000000"])
      #expect(!several.isCut)
      #expect(several.body.count > 3_500_000)
      #expect(several.body.ranges(of: layer.bytes[2_000_000...4_000_000]).count == 1)
      // Two requests at once over one connection, with an answer without bytes between.
      let get = "GET \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n"
      let both = try await scene.raw(
        "\(get)\r\n\(get)If-None-Match: \"\(layer.digest)\"\r\n\r\n\(get)Connection: close\r\n\r\n")
      #expect(both.body.starts(with: layer.bytes))
      #expect(both.body.suffix(size) == layer.bytes[...])
    }
  }

  #if os(Linux)
    @Test("T514: the system holds little of what a client does not read")
    func unread() async throws {
      try await ServerScene.run(["a.tar": Self.image.archive("a:1")]) { (scene, _) async throws in
        let layer = Self.image.layers[1]
        let socket = try LoopbackSocket(port: scene.port)
        try socket.transmit(Array("GET /v2/a/blobs/\(layer.digest) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8))
        var (held, isStill) = (0, 0)
        while isStill < 10 {
          try await Task.sleep(for: .milliseconds(50))
          let now = try Self.bytesHeld(by: scene.port)
          isStill = now == held && now > 0 ? isStill + 1 : 0
          held = now
        }
        #expect((1..<1 << 20).contains(held), "\(held)")
        withExtendedLifetime(socket) {}
      }
    }

    /// What the system holds of the connections to a port (proc(5), `/proc/net/tcp`).
    private static func bytesHeld(by port: Int) throws -> Int {
      let table = String(decoding: try FileDescriptor.bytes(of: "/proc/net/tcp", limit: 16 << 20), as: UTF8.self)
      let place = String(port, radix: 16, uppercase: true)
      return table.split(separator: "\n").reduce(0) { sum, line in
        // number local remote state sending:receiving
        let words = line.split(separator: " ")
        guard words.count > 4, words[1].hasSuffix(":" + String(repeating: "0", count: 4 - place.count) + place) else {
          return sum
        }
        return sum + (Int(words[4].prefix(8), radix: 16) ?? 0)
      }
    }
  #endif

  @Test("T357: a file that becomes shorter while it is sent cuts the answer")
  func shortened() async throws {
    var settings = ServerSettings()
    settings.limits.stalledTime = .milliseconds(400)
    try await ServerScene.run(["a.tar": Self.image.archive("a:1")], settings: settings) { (scene, _) async throws in
      let layer = Self.image.layers[1]
      let path = scene.folder.path.appending("a.tar")
      let port = scene.port
      let received = try await Workers.current.run {
        let socket = try LoopbackSocket(port: port)
        try socket.transmit(Array("GET /v2/a/blobs/\(layer.digest) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8))
        guard case .bytes = socket.receive(atMost: 1_000, milliseconds: 20_000) else { return 0 }
        let file = try FileDescriptor.open(path, .readWrite)
        try file.closeAfter { try file.resize(to: 6 << 20) }
        var count = 1_000
        while case .bytes(let more) = socket.receive(atMost: 1 << 16, milliseconds: 20_000) { count += more.count }
        return count
      }
      #expect((1_000..<layer.bytes.count).contains(received))
    }
  }
}
