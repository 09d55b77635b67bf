import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

private let mebibyte = 1 << 20

@Suite("Servers that get ranges wrong")
struct RangeFaultTests {
  /// One layer that is large enough to be fetched in ranges.
  private let image = ImageFixture(layers: [24 * mebibyte], seed: 16)

  private func pull(
    ranges: Reply.Ranges, _ check: (PullScene, PullScene.Outcome, ScriptedServer) throws -> Void
  ) async throws {
    try await ScriptedServer.run { server in
      server.serve(image, ranges: ranges)
      try await PullScene.run { scene in
        scene.access.network.connectionsPerHost = 4
        try check(scene, try await scene.pull("\(server.authority)/team/app:1"), server)
      }
    }
  }

  private func expectArchive(_ scene: PullScene, _ outcome: PullScene.Outcome, _ server: ScriptedServer) throws {
    #expect(outcome.error == nil)
    #expect(scene.files == ["app_1.tar"])
    let expected = try expectedArchive(image, reference: "\(server.authority)/team/app:1")
    #expect(try scene.bytes("app_1.tar") == expected)
  }

  @Test("a large layer goes over several connections")
  func honest() async throws {
    try await pull(ranges: .honest) { scene, outcome, server in
      try expectArchive(scene, outcome, server)
      let requests = server.requests("/v2/team/app/blobs/\(image.layers[0].digest)")
      #expect(requests.count > 1)
      #expect(Set(requests.map(\.connection)).count > 1)
    }
  }

  @Test("T016: 200 to every range request costs at most the image once more")
  func ignored() async throws {
    try await pull(ranges: .ignored) { scene, outcome, server in
      try expectArchive(scene, outcome, server)
      #expect(try #require(outcome.result).bytesFetched <= Int64(48 * mebibyte) + 10_000)
    }
  }

  @Test("T017: the whole body under 206 is not put in the middle of the file")
  func wholeAs206() async throws {
    try await pull(ranges: .wholeBodyAs206) { scene, outcome, server in
      try expectArchive(scene, outcome, server)
    }
  }

  @Test(
    "T018: a 206 that does not say what it carries is not written; the blob goes on in one stream",
    arguments: [
      .withoutContentRange, .twoContentRanges, .wrongTotal(5), .contentRange("lines 0-5/10"),
      .contentRange("bytes 9-5/10"), .contentRange("bytes 0-18446744073709551615/18446744073709551616"),
      .contentRange("garbage"),
    ] as [Reply.Ranges])
  func malformed(ranges: Reply.Ranges) async throws {
    try await pull(ranges: ranges) { scene, outcome, server in try expectArchive(scene, outcome, server) }
  }

  @Test("T019: a range that begins a byte early or late is not written", arguments: [-1, 1] as [Int64])
  func shifted(distance: Int64) async throws {
    try await pull(ranges: .startOff(by: distance)) { scene, outcome, server in
      try expectArchive(scene, outcome, server)
    }
  }

  @Test("T020: a shorter range than the one asked for is taken, and the rest asked for")
  func shorter() async throws {
    try await pull(ranges: .shorter(1_000_000)) { scene, outcome, server in
      try expectArchive(scene, outcome, server)
    }
  }

  @Test(
    "T021: 416 to every range; and ggcr's rule about open ranges",
    arguments: [.unsatisfiable, .closedOnly] as [Reply.Ranges])
  func unsatisfiable(ranges: Reply.Ranges) async throws {
    try await pull(ranges: ranges) { scene, outcome, server in try expectArchive(scene, outcome, server) }
  }

  @Test("F11: an ETag that differs from range to range costs nothing while the bytes are right")
  func movingETag() async throws {
    try await pull { request, body, turn in
      .blob(body, for: request, etag: "\"\(turn)\"")
    } check: { scene, outcome, server in
      try expectArchive(scene, outcome, server)
      #expect(try #require(outcome.result).bytesFetched <= Int64(25 * mebibyte))
      let requests = server.requests("/v2/team/app/blobs/\(image.layers[0].digest)")
      #expect(Set(requests.map(\.connection)).count > 1)
    }
  }

  @Test("F11: a layer that was another one for one of the ranges is fetched once more, whole, over one connection")
  func changedBetweenRanges() async throws {
    try await pull { request, body, turn in
      let isOld = turn == 0
      return Reply.blob(body, for: request, etag: isOld ? "\"old\"" : "\"new\"").with {
        $0.flippedByte = isOld ? 1000 : nil
      }
    } check: { scene, outcome, server in
      try expectArchive(scene, outcome, server)
      let requests = server.requests("/v2/team/app/blobs/\(image.layers[0].digest)")
      #expect(requests.count > 2)
      #expect(requests.filter { $0.header("Range") == nil }.count == 1)
      #expect(requests.last?.header("Range") == nil)
    }
  }

  /// A server whose answer depends on how many times the layer was asked for before.
  private func pull(
    _ reply: @escaping @Sendable (RecordedRequest, ReplyBody, Int) -> Reply,
    check: (PullScene, PullScene.Outcome, ScriptedServer) throws -> Void
  ) async throws {
    try await ScriptedServer.run { server in
      let turns = Turns()
      let layer = image.layers[0]
      server.on("/v2/team/app/blobs/\(layer.digest)") { reply($0, layer.body, turns.next()) }
      server.serve(image)
      try await PullScene.run { scene in
        scene.access.network.connectionsPerHost = 4
        try check(scene, try await scene.pull("\(server.authority)/team/app:1"), server)
      }
    }
  }
}
