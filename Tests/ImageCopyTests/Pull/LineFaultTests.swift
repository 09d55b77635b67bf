import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Synchronization
import Testing

@testable import ImageCopy

private let mebibyte = 1 << 20

/// Replies in turn; the last one for ever.
final class Turns: Sendable {
  private let count = Mutex(0)

  /// How often it has been asked before.
  func next() -> Int {
    count.withLock { count in
      defer { count += 1 }
      return count
    }
  }
}

@Suite("A bad line")
struct LineFaultTests {
  private let image = ImageFixture(layers: [3 * mebibyte, 5 * mebibyte, 2 * mebibyte])

  /// Serves the image, and its second layer by `handler`.
  private func serve(_ server: ScriptedServer, layer handler: @escaping @Sendable (RecordedRequest, ReplyBody) -> Reply)
  {
    server.serveManifest(image.manifest)
    let special = image.layers[1]
    server.on("/v2/team/app/blobs/\(special.digest)") { handler($0, ReplyBody(special.bytes)) }
    for blob in image.blobs where blob.digest != special.digest { server.serve(blob) }
  }

  private func expectFinished(
    _ scene: PullScene, _ outcome: PullScene.Outcome, _ reference: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(outcome.error == nil, sourceLocation: sourceLocation)
    #expect(scene.files == ["app_1.tar"], sourceLocation: sourceLocation)
    let expected = try expectedArchive(image, reference: reference)
    #expect(try scene.bytes("app_1.tar") == expected, sourceLocation: sourceLocation)
  }

  @Test(
    "T001: an undisturbed pull gives the archive, twice the same bytes, whatever the connections", arguments: [1, 3, 8])
  func undisturbed(connections: Int) async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await PullScene.run { scene in
        scene.access.network.connectionsPerHost = connections
        let reference = "\(server.authority)/team/app:1"
        try expectFinished(scene, try await scene.pull(reference), reference)
        try expectFinished(scene, try await scene.pull(reference), reference)
      }
    }
  }

  @Test("each connection is kept, and used for one blob after the other")
  func keptConnections() async throws {
    let image = ImageFixture(layers: [Int](repeating: 3000, count: 60).enumerated().map { $1 + $0 }, seed: 60)
    try await ScriptedServer.run { server in
      server.serve(image)
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.error == nil)
        #expect(server.connections <= 8)
      }
    }
  }

  @Test("a limited rate holds over all connections together")
  func limitedRate() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await PullScene.run { scene in
        scene.access.network.bytesPerSecond = Int64(8 * mebibyte)
        let reference = "\(server.authority)/team/app:1"
        let outcome = try await scene.pull(reference)
        try expectFinished(scene, outcome, reference)
        // 10 MiB of layers; what is on its way at the end need not be waited for.
        let elapsed = try #require(outcome.result).elapsed
        #expect(elapsed >= .seconds(1))
      }
    }
  }

  @Test("T177: under a limit of bytes per second no range is broken off, and no byte is sent twice")
  func limitedRanges() async throws {
    let image = ImageFixture(layers: [3 * mebibyte, 40_000], seed: 177)
    try await ScriptedServer.run { server in
      server.serve(image)
      try await PullScene.run { scene in
        scene.access.network.bytesPerSecond = Int64(3 * mebibyte / 2)
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.error == nil)
      }
      let ranges = server.requests.filter { $0.path.contains("/blobs/") }
      #expect(ranges.count == image.blobs.count)
      let size = image.blobs.reduce(0) { $0 + $1.bytes.count }
      #expect(ranges.reduce(0) { $0 + $1.bodyBytesSent } * 100 <= Int64(size * 105))
    }
  }

  @Test("T002: a reset in the middle of a layer sends at most 1 MiB again")
  func reset() async throws {
    try await ScriptedServer.run { server in
      let turns = Turns()
      serve(server) { request, body in
        let reply = Reply.blob(body, for: request)
        return turns.next() == 0 ? reply.with { $0.cut = (Int64(2 * mebibyte), .reset) } : reply
      }
      try await PullScene.run { scene in
        let reference = "\(server.authority)/team/app:1"
        // One connection: a takeover would fetch bytes twice too, for another reason.
        scene.access.network.connectionsPerHost = 1
        let outcome = try await scene.pull(reference)
        try expectFinished(scene, outcome, reference)
        #expect(try #require(outcome.result).bytesFetched <= Int64(11 * mebibyte))
      }
    }
  }

  @Test("T003: a line that breaks again and again, and yet moves forward, arrives")
  func resetsForEver() async throws {
    try await ScriptedServer.run { server in
      serve(server) { request, body in
        Reply.blob(body, for: request).with { $0.cut = (Int64(mebibyte + mebibyte / 4), .reset) }
      }
      try await PullScene.run { scene in
        let reference = "\(server.authority)/team/app:1"
        try expectFinished(scene, try await scene.pull(reference), reference)
      }
    }
  }

  @Test("T004: a line that never moves is given up after five tries, and what came stays")
  func neverMoves() async throws {
    try await ScriptedServer.run { server in
      serve(server) { _, body in Reply(body: body).with { $0.cut = (0, .reset) } }
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.failureClass == .network)
        #expect(outcome.registryError?.tries == 5)
        #expect(scene.files == ["app_1.tar.part", "app_1.tar.part.journal"])
      }
    }
  }

  @Test("T005: a server that accepts and never answers is given up")
  func neverAnswers() async throws {
    try await ScriptedServer.run { server in
      server.on("/v2/team/app/manifests/1", reply: Reply(text: "").with { $0.delay = .seconds(60) })
      try await PullScene.run { scene in
        scene.access.network.stallTimeout = .milliseconds(100)
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.failureClass == .network)
        guard case .network(.stalled) = outcome.registryError?.reason else {
          Issue.record("not a stall: \(String(describing: outcome.error))")
          return
        }
        #expect(scene.files.isEmpty)
      }
    }
  }

  @Test("T006: a stall is ended, and the pull goes on at the same byte")
  func stall() async throws {
    try await ScriptedServer.run { server in
      let turns = Turns()
      serve(server) { request, body in
        let reply = Reply.blob(body, for: request)
        return turns.next() == 0 ? reply.with { $0.cut = (Int64(mebibyte), .stall) } : reply
      }
      try await PullScene.run { scene in
        scene.access.network.connectionsPerHost = 1
        scene.access.network.stallTimeout = .seconds(2)
        let reference = "\(server.authority)/team/app:1"
        try expectFinished(scene, try await scene.pull(reference), reference)
        let later = server.requests("/v2/team/app/blobs/\(image.layers[1].digest)").dropFirst()
        #expect(later.contains { $0.range?.lowerBound == Int64(mebibyte) })
      }
    }
  }

  @Test("T007: an orderly end at half is no end")
  func earlyEnd() async throws {
    try await ScriptedServer.run { server in
      let turns = Turns()
      serve(server) { request, body in
        let reply = Reply.blob(body, for: request)
        return turns.next() == 0 ? reply.with { $0.cut = (reply.body.count / 2, .finish) } : reply
      }
      try await PullScene.run { scene in
        let reference = "\(server.authority)/team/app:1"
        try expectFinished(scene, try await scene.pull(reference), reference)
      }
    }
  }

  @Test("T008: a body of another length than the descriptor's is refused before it is taken")
  func wrongLength() async throws {
    try await ScriptedServer.run { server in
      serve(server) { _, body in Reply(body: body.slice(0..<body.count / 2)) }
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.failureClass == .integrity)
        #expect(!scene.files.contains("app_1.tar"))
      }
    }
  }

  @Test("T009, T010: one byte more than the descriptor says is refused", arguments: [1, 1 << 40] as [Int64])
  func surplus(extra: Int64) async throws {
    try await ScriptedServer.run { server in
      let size = Int64(image.layers[1].bytes.count)
      serve(server) { _, body in
        let longer = ReplyBody(count: size + extra) { offset, count in
          offset + Int64(count) <= size
            ? body.bytes(offset..<offset + Int64(count)) : [UInt8](repeating: 7, count: count)
        }
        return Reply(body: longer).with { $0.framing = .chunked }
      }
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.failureClass == .refused)
        #expect(!scene.files.contains("app_1.tar"))
        #expect(server.bodyBytesSent < Int64(256 * mebibyte))
      }
    }
  }

  @Test("T011: wrong bytes are fetched once more, and then are an error that names both digests")
  func alwaysFlipped() async throws {
    try await ScriptedServer.run { server in
      serve(server) { request, body in
        Reply.blob(body, for: request).with { $0.flippedByte = 100 }
      }
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.failureClass == .integrity)
        guard case .blobDigestMismatch(let expected, let found) = outcome.registryError?.reason else {
          Issue.record("\(String(describing: outcome.error))")
          return
        }
        #expect(expected.description == image.layers[1].digest)
        #expect(found != expected)
        #expect(!scene.files.contains("app_1.tar"))
        let path = "/v2/team/app/blobs/\(image.layers[1].digest)"
        #expect(server.requests(path).filter { $0.header("range") == nil }.count == 2)
      }
    }
  }

  @Test("T012: bytes that are wrong once are fetched again, and the user is told")
  func flippedOnce() async throws {
    try await ScriptedServer.run { server in
      let turns = Turns()
      serve(server) { request, body in
        let isFirst = turns.next() == 0
        return Reply.blob(body, for: request).with { $0.flippedByte = isFirst ? 100 : nil }
      }
      try await PullScene.run { scene in
        let warned = Mutex(false)
        let reference = "\(server.authority)/team/app:1"
        let outcome = try await scene.pull(reference) { event in
          if case .warning(.wrongBytes) = event { warned.withLock { $0 = true } }
        }
        try expectFinished(scene, outcome, reference)
        #expect(warned.withLock { $0 })
      }
    }
  }
}
