import FoundationEssentials
import ScriptedServer
import SeededRandom
import Synchronization
import Testing

/// Pushes by the real program, each with faults and kills at random: in the end the registry has the same bytes, and no tag
/// ever stood for something that was not all there: that is looked at whenever one is written, and read all the while by
/// somebody else.
///
/// The seed is printed. `DRAY_CHAOS_SEED` repeats a run, `DRAY_CHAOS_PUSH` one push of it, and `DRAY_CHAOS_PUSHES` sets
/// their number.
@Suite("T245: pushes under random faults and kills")
struct PushChaosTests {
  private static let images = [
    ImageFixture(layers: [1 << 20, 2 << 20, 3 << 20], seed: 2451),
    ImageFixture(layers: (1...8).map { $0 * 40_000 }, seed: 2452), ImageFixture(layers: [13 << 20], seed: 2453),
  ]
  private static let mostRuns = 8

  private static func number(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
  }

  @Test("the registry has every image in the end, and no tag was ever incomplete", .timeLimit(.minutes(10)))
  func pushes() async throws {
    let seed = Self.number("DRAY_CHAOS_SEED") ?? .random(in: 0...UInt64(UInt32.max))
    let count = Int(Self.number("DRAY_CHAOS_PUSHES") ?? 8)
    print("T245: DRAY_CHAOS_SEED=\(seed)")
    let numbers = Self.number("DRAY_CHAOS_PUSH").map { [Int($0)] } ?? Array(0..<count)
    let totals = Totals()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (position, number) in numbers.enumerated() {
        // Four at a time: most of them wait.
        if position >= 4 { try await group.next() }
        group.addTask { try await Self.push(number, seed: seed, totals) }
      }
      try await group.waitForAll()
    }
    let (runs, kills, faults, rounds) = totals.counts
    print(
      "T245: \(numbers.count) pushes, \(runs) runs, \(kills) kills, \(faults) faults; \(rounds) rounds of the reader")
  }

  @Test("a reader that asks all the while finds a tag over what is not all there")
  func reader() async throws {
    let image = Self.images[2]
    let registry = PushRegistry()
    try await ScriptedServer.run { server in
      registry.serve(on: server)
      let reader = PollingReader(port: server.port)
      try await reader.reading {
        registry.keep(manifest: image.manifest, as: "1")
        while reader.seen.gaps.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        for blob in image.blobs { registry.keep(blob) }
      }
      #expect(reader.seen.gaps.contains { $0.hasSuffix(" 404") })
      #expect(reader.seen.complete > 0)
    }
  }

  private static func push(_ number: Int, seed: UInt64, _ totals: Totals) async throws {
    let faults = PushFaults(seed: seed ^ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
    let name = "DRAY_CHAOS_SEED=\(seed) DRAY_CHAOS_PUSH=\(number)"
    let image = images[number % images.count]
    let registry = PushRegistry {
      $0.wantsToken = true
      // Some stand behind a proxy that lets 2 MiB through.
      if number % 4 == 3 { $0.bodyLimit = 2 << 20 }
      $0.status = number % 2 == 0 ? .told : .ends
      $0.fault = { _, request in request.header("User-Agent") == PollingReader.agent ? nil : faults.next() }
    }
    var configuration = ServerConfiguration()
    configuration.bodyLimit = number % 4 == 3 ? 2 << 20 : nil
    try await ScriptedServer.run([], configuration) { server in
      registry.serve(on: server)
      let reader = PollingReader(port: server.port)
      try await Dray.scene { dray in
        try await pull(image, dray)
        try await reader.reading { try await push(image, to: server, registry, faults, name, dray, totals) }
      }
      let seen = reader.seen
      totals.add(faults: faults.thrown.count, rounds: seen.rounds)
      #expect(seen.gaps.isEmpty, "\(name): after \(faults.thrown)")
      #expect(seen.complete > 0, "\(name): the image was read in the end")
    }
  }

  /// Runs the program until it says that the image is there.
  private static func push(
    _ image: ImageFixture, to server: ScriptedServer, _ registry: PushRegistry, _ faults: PushFaults, _ name: String,
    _ dray: Dray, _ totals: Totals
  ) async throws {
    let command = ["push", "image.tar", "\(server.authority)/team/app:1", "--plain-http", "--quiet"]
    var runs = 0
    while true {
      runs += 1
      try #require(runs <= 2 * mostRuns, "\(name): it never ends")
      faults.beginRun()
      let life = runs < mostRuns ? faults.life() : nil
      let ended = try await dray.run(command, life: life)
      totals.add(killed: ended.code == 137)
      let isThere = registry.manifest("1") == image.manifest.bytes
      #expect(registry.incompleteNames.isEmpty, "\(name): after \(faults.thrown)")
      if ended.code == 0 {
        #expect(isThere, "\(name): it says that it is there, after \(faults.thrown)")
        break
      }
      guard ended.code == 137, life != nil else {
        Issue.record("\(name): run \(runs) ended with \(ended.code) after \(faults.thrown): \(ended.errors)")
        return
      }
    }
    #expect(registry.blobs() == Set(image.blobs.map(\.digest)), "\(name): after \(faults.thrown)")
  }

  /// Brings the image from an undisturbed registry.
  private static func pull(_ image: ImageFixture, _ dray: Dray) async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      let ended = try await dray.run([
        "pull", "\(server.authority)/team/app:1", "--plain-http", "--quiet", "-o", "image.tar",
      ])
      try #require(ended.code == 0, "\(ended.errors)")
    }
  }

  private final class Totals: Sendable {
    private let state = Mutex((runs: 0, kills: 0, faults: 0, rounds: 0))
    var counts: (Int, Int, Int, Int) { state.withLock { ($0.runs, $0.kills, $0.faults, $0.rounds) } }
    func add(killed: Bool) {
      state.withLock { state in
        state.runs += 1
        state.kills += killed ? 1 : 0
      }
    }
    func add(faults: Int, rounds: Int) {
      state.withLock { state in
        state.faults += faults
        state.rounds += rounds
      }
    }
  }
}

/// Deals faults to a push: at most four in one run of the program, so that five tries without progress never come together,
/// and at most two of them refusals, since a request that is refused a third time is not let in.
private final class PushFaults: Sendable {
  private static let kinds: [PushRegistry.Fault] = [
    .hangUp, .lostAnswer, .gateway(502), .gateway(504), .status(500), .status(503), .status(429), .unauthorized,
  ]

  private struct State {
    var random: SeededRandom
    var left = 0
    var refusals = 0
    var thrown: [PushRegistry.Fault] = []
  }

  private let state: Mutex<State>

  init(seed: UInt64) {
    state = Mutex(State(random: SeededRandom(seed: seed)))
  }

  var thrown: [PushRegistry.Fault] { state.withLock(\.thrown) }

  func beginRun() {
    state.withLock { state in
      state.left = .random(in: 1...4, using: &state.random)
      state.refusals = 2
    }
  }

  /// When the next run is killed; nil: not at all.
  func life() -> Duration? {
    state.withLock { state in
      guard Int.random(in: 0..<10, using: &state.random) < 5 else { return nil }
      return .milliseconds(Int.random(in: 20...600, using: &state.random))
    }
  }

  func next() -> PushRegistry.Fault? {
    state.withLock { state in
      guard state.left > 0, Int.random(in: 0..<10, using: &state.random) < 3 else { return nil }
      state.left -= 1
      var fault: PushRegistry.Fault
      repeat {
        fault = Self.kinds[Int.random(in: 0..<Self.kinds.count, using: &state.random)]
      } while fault == .unauthorized && state.refusals == 0
      if fault == .unauthorized { state.refusals -= 1 }
      state.thrown.append(fault)
      return fault
    }
  }
}
