import HTTPAccess
import ImageModel
import ManualClocks
import ScriptedServer
import Synchronization
import Testing
import Waiting

@testable import RegistryClient

@Suite("Uploads to registries with habits of their own")
struct UploadHabitTests {
  private let image = ImageFixture(layers: [300_000, 2_500_000], seed: 235)
  private var small: ImageFixture.Blob { image.layers[0] }
  private var large: ImageFixture.Blob { image.layers[1] }
  private static let whole = ["POST /blobs/uploads/", "PUT /blobs/uploads/S"]
  private static let streamed = ["POST /blobs/uploads/", "PATCH /blobs/uploads/S", "PUT /blobs/uploads/S"]

  @Test(
    "T235: a registry that takes blobs by PATCH alone gets them as docker sends them, for the rest of the run",
    arguments: [404, 405, 415])
  func streamed(_ status: Int) async throws {
    try await UploadScene.run(PushRegistry { $0.wholeStatus = status }) { scene in
      try await scene.upload(large)
      #expect(scene.registry.blobs() == [large.digest])
      #expect(scene.asked == Self.whole + ["DELETE /blobs/uploads/S"] + Self.streamed)
      let patch = try #require(scene.server.requests.first { $0.method == "PATCH" })
      #expect(patch.values("Content-Range").isEmpty)
      #expect(patch.values("Content-Length") == ["2500000"])
      #expect(scene.server.requests.last?.values("Content-Length") == ["0"])
      try await scene.upload(small)
      #expect(scene.asked.suffix(3) == Self.streamed)
      #expect(scene.registry.openSessions == 0)
    }
  }

  @Test("T235: a registry that wants larger pieces than a proxy lets through gets pieces of the size that it names")
  func minimum() async throws {
    let registry = PushRegistry {
      $0.bodyLimit = 2 << 20
      $0.pieceMinimum = 1 << 20
    }
    try await UploadScene.run(registry, bodyLimit: 2 << 20) { scene in
      try await scene.upload(large)
      let pieces = scene.server.requests.filter { $0.method == "PATCH" }
      #expect(pieces.map { $0.header("Content-Length") } == ["1048576", "1048576", "402848"])
      #expect(scene.registry.blobs() == [large.digest])
    }
  }

  @Test("T235: the last piece never goes in the request that ends the upload: Harbor would book it as the whole blob")
  func emptyEnd() async throws {
    let registry = PushRegistry {
      $0.bodyLimit = 1 << 20
      $0.takesLastPieceAtEnd = false
    }
    try await UploadScene.run(registry, bodyLimit: 1 << 20) { scene in
      try await scene.upload(large)
      #expect(scene.registry.blobs() == [large.digest])
    }
  }

  // MARK: Resume

  /// A registry behind something that lets 1 MiB through, once the client knows that.
  private func pieces(_ change: @Sendable @escaping (inout PushRegistry.Habits) -> Void) -> PushRegistry {
    PushRegistry {
      $0.bodyLimit = 1 << 20
      change(&$0)
    }
  }

  @Test("T236: a piece whose answer is lost is asked after, and what is there is not sent again")
  func lostPiece() async throws {
    for status in [PushRegistry.Status.told, .toldOneTooMany] {
      let registry = pieces {
        $0.lostPieces = 1
        $0.status = status
      }
      try await UploadScene.run(registry, bodyLimit: 1 << 20) { scene in
        try await scene.upload(large)
        #expect(scene.registry.blobs() == [large.digest])
        let sent = scene.server.requests.filter { $0.method == "PATCH" }.map { $0.header("Content-Range") }
        #expect(sent == ["0-983039", "983040-1966079", "1966080-2499999"])
        #expect(scene.server.requests.count { $0.method == "GET" } == 1)
      }
    }
  }

  @Test("T236: a piece that was cut goes on at the byte that the registry has")
  func cutPiece() async throws {
    try await UploadScene.run(pieces { $0.cutPieces = 1 }, bodyLimit: 1 << 20) { scene in
      try await scene.upload(large)
      #expect(scene.registry.blobs() == [large.digest])
      let sent = scene.server.requests.filter { $0.method == "PATCH" }.map { $0.header("Content-Range") }
      #expect(sent == ["0-983039", "491520-1474559", "1474560-2457599", "2457600-2499999"])
    }
  }

  @Test("T236: a gateway that gives up before a piece is there gets it once more, and one that does so always ends it")
  func gateway() async throws {
    try await UploadScene.run(pieces { $0.pieceTimeouts = 2 }, bodyLimit: 1 << 20) { scene in
      try await scene.upload(large)
      #expect(scene.registry.blobs() == [large.digest])
      #expect(scene.server.requests.count { $0.method == "POST" } == 2, "the session stays")
    }
    try await UploadScene.run(pieces { $0.pieceTimeouts = .max }, bodyLimit: 1 << 20) { scene in
      await #expect(throws: RegistryError.self) { try await scene.upload(large) }
      #expect(scene.server.requests.count < 100)
      #expect(scene.registry.openSessions == 0)
    }
  }

  @Test("T236: where the question ends the session (distribution 2.8, Harbor) the blob begins anew in another one")
  func endedSession() async throws {
    let registry = pieces {
      $0.cutPieces = 1
      $0.status = .ends
    }
    try await UploadScene.run(registry, bodyLimit: 1 << 20) { scene in
      try await scene.upload(large)
      #expect(scene.registry.blobs() == [large.digest])
      let sessions = scene.server.requests.filter { $0.method == "PATCH" }.map(\.path)
      #expect(sessions.count == 4)
      #expect(Set(sessions).count == 2)
    }
  }

  @Test(
    "T236: what a registry says of an upload is read with Quay's and everybody's habits",
    arguments: [
      ("0-0", 0, 0), ("0-0", 1, 1), ("0-9", 0, 10), ("0-99", 0, 100), ("bytes=0-100", 0, 100), ("bytes=0--1", 0, 0),
      ("0-41", 0, 42), ("0-41", 50, nil), ("0-200", 0, nil), ("", 0, nil), ("1-5", 0, nil),
      ("0-9223372036854775807", 0, nil),
    ] as [(String, Int64, Int64?)])
  func stored(_ text: String, _ known: Int64, _ count: Int64?) {
    #expect(StoredRange.count(in: text, known: known, sent: 100) == count)
  }

  // MARK: Mounts

  @Test("T237: a registry that has the blob anywhere gives it for the asking, and no byte is sent")
  func mountedFromAnywhere() async throws {
    try await UploadScene.run(PushRegistry { $0.mountsFromAnywhere = true }) { scene in
      scene.registry.keep(large, in: "somebody/else")
      let outcome1 = try await scene.upload(large)
      #expect(outcome1 == .mounted(from: nil))
      #expect(scene.asked == ["POST /blobs/uploads/"])
      #expect(scene.server.requests[0].queryValues("mount") == [large.digest])
      #expect(scene.registry.blobs() == [large.digest])
      let outcome2 = try await scene.upload(small)
      #expect(outcome2 == .sent)
    }
  }

  @Test("T237: a registry that refuses to be asked so is not asked so again", arguments: [400, 403, 404, 405])
  func openMountRefused(_ status: Int) async throws {
    try await UploadScene.run(PushRegistry { $0.openMountStatus = status }) { scene in
      let outcome3 = try await scene.upload(small)
      #expect(outcome3 == .sent)
      #expect(scene.asked == ["POST /blobs/uploads/"] + Self.whole)
      let outcome4 = try await scene.upload(large)
      #expect(outcome4 == .sent)
      #expect(scene.server.requests.count { !$0.queryValues("mount").isEmpty } == 1)
    }
  }

  // MARK: Patience

  @Test("T238: a registry that asks one upload for patience is left alone by all of them")
  func patience() async throws {
    let clock = ManualClock()
    try await UploadScene.run(clock: clock) { scene in
      let refusals = Mutex(1)
      scene.server.addFirst(
        Rule("POST", "/v2/team/app/blobs/uploads/") { [registry = scene.registry] request in
          let isRefused = refusals.withLock { count in
            defer { count -= 1 }
            return count > 0
          }
          guard isRefused else { return registry.reply(to: request, origin: scene.server.origin) }
          return Reply(429, headers: [("Retry-After", "20")])
        })
      async let first = scene.upload(small)
      // It waits by itself.
      await clock.waitForSleepers(1)
      async let second = scene.upload(large)
      await clock.waitForSleepers(2)
      #expect(scene.server.requests.count == 1, "the second one asks nothing meanwhile")
      clock.advance(by: .seconds(21))
      let outcome5 = try await first
      #expect(outcome5 == .sent)
      let outcome6 = try await second
      #expect(outcome6 == .sent)
      #expect(scene.registry.blobs() == [small.digest, large.digest])
    }
  }

  @Test("T239: at most eight blobs go into one project of a Harbor at the same time, and half as many after a 5xx")
  func slots() async throws {
    let slots = UploadSlots()
    slots.foundHarbor()
    let before = try await Self.most(of: 200, slots, "team/app")
    #expect(before <= UploadSlots.harborLimit)
    // All eight are under way when one of them is refused.
    _ = try await Self.most(of: 8, slots, "team/app") { count in
      if count == UploadSlots.harborLimit { slots.halve("team/other") }
      return count == UploadSlots.harborLimit
    }
    let after = try await Self.most(of: 200, slots, "team/app")
    #expect(after <= UploadSlots.harborLimit / 2)
    let elsewhere = try await Self.most(of: 8, slots, "other/app") { $0 == UploadSlots.harborLimit }
    #expect(elsewhere == UploadSlots.harborLimit, "another project has its own")
  }

  /// How many of `count` uploads were under way at the same time.
  ///
  /// - Parameter isEnough: told how many are under way now; all stay until it says so once.
  private static func most(
    of count: Int, _ slots: UploadSlots, _ repository: String,
    until isEnough: @escaping @Sendable (Int) -> Bool = { _ in true }
  ) async throws -> Int {
    let tally = Tally()
    let enough = ChangeSignal()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<count {
        group.addTask {
          try await slots.within(repository) {
            let generation = enough.generation
            if isEnough(tally.enter()) { tally.finish() }
            if tally.isFinished { enough.notify() } else { try await enough.wait(since: generation) }
            await Task.yield()
            tally.leave()
          }
        }
      }
      try await group.waitForAll()
    }
    return tally.most
  }

  private final class Tally: Sendable {
    private let state = Mutex((now: 0, most: 0, isFinished: false))
    var most: Int { state.withLock(\.most) }
    var isFinished: Bool { state.withLock(\.isFinished) }
    func leave() { state.withLock { $0.now -= 1 } }
    func finish() { state.withLock { $0.isFinished = true } }
    func enter() -> Int {
      state.withLock { state in
        state.now += 1
        state.most = max(state.most, state.now)
        return state.now
      }
    }
  }

  @Test("T240: a blob that Harbor is collecting as garbage is sent again, and told where that does not end")
  func collected() async throws {
    try await UploadScene.run(PushRegistry { $0.collecting = 2 }) { scene in
      try await scene.upload(small)
      #expect(scene.registry.blobs() == [small.digest])
    }
    try await UploadScene.run(PushRegistry { $0.collecting = 100 }) { scene in
      let error = await #expect(throws: RegistryError.self) { try await scene.upload(small) }
      let digest = try small.parsed.digest
      #expect(error?.reason == .upload(.beingCollected(digest, host: scene.server.origin)))
      #expect(scene.registry.openSessions == 0)
    }
  }

  @Test("T244: a token that is about to end is renewed before each body, and no body is turned away")
  func renewed() async throws {
    let registry = pieces {
      $0.wantsToken = true
      $0.lifetime = 60
    }
    let clock = ManualClock()
    try await UploadScene.run(registry, bodyLimit: 1 << 20, clock: clock) { scene in
      try await scene.client.prepareToPush("team/app")
      try await scene.upload(large)
      let turnedAway = scene.server.requests.filter { $0.status == 401 }
      #expect(turnedAway.map(\.path) == ["/v2/"])
    }
  }
}
