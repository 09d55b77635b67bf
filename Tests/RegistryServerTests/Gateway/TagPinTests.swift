import HTTPTypes
import ImageModel
import ScriptedServer
import Synchronization
import SystemPackage
import TemporaryFolders
import Testing

@testable import RegistryServer

/// A tag that moves never makes a client join the bytes of two images (T268).
@Suite struct TagPinTests {
  private let image = ImageFixture(layers: [300_000], seed: 1)
  private let other = ImageFixture(layers: [300_000], seed: 2)

  private final class Time: Sendable {
    private let seconds = Mutex<Int64>(1_000_000)
    var now: Int64 { seconds.withLock(\.self) }
    func advance(_ by: Int64) { seconds.withLock { $0 += by } }
  }

  private func move(_ server: ScriptedServer) {
    server.addFirst(Rule("GET,HEAD", "/v2/team/app/manifests/1", .manifest(other.manifest)))
    server.serve(other, tag: "other")
  }

  @Test func `T268 A tag stands for the same image for a day, also after the server was started anew`() async throws {
    let folder = try TemporaryFolder()
    let file = folder.path.appending("state").appending("pins").string
    let time = Time()
    try await ScriptedServer.run { server in
      server.serve(image)
      let url = "/archive/\(server.authority)/team/app:1.tar"
      var all: [UInt8] = []
      try await GatewayScene.run([server.authority], now: { time.now }, change: { $0.pinFile = file }) { gateway in
        all = try await gateway.get(url).bytes
        #expect(!all.isEmpty)
      }
      move(server)
      time.advance(86_399)
      try await GatewayScene.run([server.authority], now: { time.now }, change: { $0.pinFile = file }) { gateway in
        let rest = try await gateway.range(url, "100000-")
        #expect(rest.status == 206 && rest.bytes == Array(all[100_000...]))
        time.advance(2)
        // It is not known any more what the client has.
        let late = try await gateway.range(url, "100000-")
        #expect(late.status == 412 && late.code == "gone")
        let new = try await gateway.get(url)
        #expect(new.status == 200 && new.bytes != all)
        // The tag was moved: who comes without a word may have a part of the former image.
        #expect(try await gateway.range(url, "100000-").status == 412)
        let tag = try #require(new.fields[.eTag])
        #expect(try await gateway.range(url, "100000-", [.ifRange: tag]).bytes == Array(new.bytes[100_000...]))
        #expect(try await gateway.range(url, "0-99").status == 206)
        // The address with the digest goes on for ever.
        let location = try #require(new.fields[.contentLocation])
        #expect(try await gateway.range(location, "100000-").bytes == Array(new.bytes[100_000...]))
      }
    }
  }

  @Test func `T268 The rest of an archive of a tag that nobody asked for is 412, and nobody is asked`() async throws {
    try await ScriptedServer.run { server in
      try await GatewayScene.run([server.authority]) { gateway in
        for range in ["5-", "-5", "5-10"] {
          let answer = try await gateway.range("/archive/\(server.authority)/team/app:1.tar", range)
          #expect(answer.status == 412)
        }
      }
      #expect(server.requests.isEmpty)
    }
  }

  @Test func `T268 The rest of an image that is gone is 412, and all of it is 404`() async throws {
    try await ScriptedServer.run { server in
      server.on("GET,HEAD", "/v2/team/app/manifests/*", reply: Reply(404))
      try await GatewayScene.run([server.authority]) { gateway in
        let url = "/archive/\(server.authority)/team/app@\(image.manifest.digest).tar"
        #expect(try await gateway.get(url).status == 404)
        let rest = try await gateway.range(url, "5-")
        #expect(rest.status == 412)
      }
    }
  }

  @Test func `T268 A damaged file of pins, and one that is too long, harm nothing`() async throws {
    let folder = try TemporaryFolder()
    let good = "1000000 - \(image.manifest.digest) a/b:1"
    let text = ["", "x", "1 2 3", "9999999999999999999999 - sha256:00 a", "\u{0}\u{1}", good].joined(separator: "\n")
    try folder.write(Array(text.utf8), to: "pins")
    let pins = try TagPins(in: folder.path.appending("pins"), now: { 1_000_001 })
    #expect(pins.digest(of: "a/b:1") == (try Digest(parsing: image.manifest.digest)))
    for number in 0..<TagPins.limit + 10 {
      _ = try await TagPins(in: nil, now: { 0 }).keep(.hash([]), for: "\(number)")
    }
    let kept = try TagPins(in: nil, now: { 0 })
    for number in 0..<TagPins.limit + 10 { _ = try await kept.keep(.hash([]), for: "\(number)") }
    #expect((0..<TagPins.limit + 10).count { kept.digest(of: "\($0)") != nil } == TagPins.limit)
  }

  @Test func `T394 What a killed server left of its pins goes at the next start, and nothing else does`() async throws {
    let folder = try TemporaryFolder()
    for name in [".pins.77-1.new", ".other.77-1.new", ".pins.bak", "pins"] { try folder.write([], to: name) }
    let file = folder.path.appending("pins").string
    try await GatewayScene.run(["registry.example"], change: { $0.pinFile = file }, { _ in })
    #expect(try folder.names == [".other.77-1.new", ".pins.bak", "pins"])
  }
}
