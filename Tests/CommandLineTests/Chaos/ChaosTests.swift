import FoundationEssentials
import ScriptedServer
import SeededRandom
import Testing

/// Hundreds of pulls by the real program, each with faults and kills at random: in the end every archive is equal to
/// the undisturbed one.
///
/// The seed is printed. `DRAY_CHAOS_SEED` repeats a run, `DRAY_CHAOS_PULL` one pull of it, and `DRAY_CHAOS_PULLS` sets
/// their number.
@Suite("T097: pulls under random faults and kills")
struct ChaosTests {
  /// Three kinds of image: middling layers, many small ones with doubles among them, one that comes in ranges.
  private static let images: [ImageFixture] = {
    let small = ImageFixture(layers: (1...8).map { $0 * 40_000 }, seed: 972)
    let doubled = ImageFixture(
      config: ImageFixture.Blob(mediaType: ImageFixture.configType, bytes: Array("{}".utf8)),
      layers: small.layers + small.layers.prefix(2))
    return [
      ImageFixture(layers: [1 << 20, 2 << 20, 3 << 20], seed: 971), doubled,
      ImageFixture(layers: [13 << 20], seed: 973),
    ]
  }()
  /// A command that is killed or refused is given again this often.
  private static let mostRuns = 8

  private static func number(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
  }

  @Test("every archive arrives, equal to the undisturbed one", .timeLimit(.minutes(10)))
  func pulls() async throws {
    let seed = Self.number("DRAY_CHAOS_SEED") ?? .random(in: 0...UInt64(UInt32.max))
    let count = Int(Self.number("DRAY_CHAOS_PULLS") ?? 200)
    print("T097: DRAY_CHAOS_SEED=\(seed)")
    let expected = try await Self.undisturbed()
    let totals = ChaosTotals()
    let numbers = Self.number("DRAY_CHAOS_PULL").map { [Int($0)] } ?? Array(0..<count)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (position, number) in numbers.enumerated() {
        // Eight at a time: most of them wait.
        if position >= 8 { try await group.next() }
        group.addTask { try await Self.pull(number, seed: seed, expected: expected, totals) }
      }
      try await group.waitForAll()
    }
    print("T097: \(numbers.count) pulls, \(totals)")
    #expect(totals.kinds == ChaosPlan.Fault.allCases.count || numbers.count < 200, "every kind of fault has happened")
  }

  /// What the archive of each image is.
  private static func undisturbed() async throws -> [Data] {
    var archives: [Data] = []
    for image in images {
      try await ScriptedServer.run { server in
        server.serve(image)
        try await Dray.scene { dray in
          let ended = try await dray.run(arguments(server))
          try #require(ended.code == 0, "\(ended.errors)")
          archives.append(try content(dray))
        }
      }
    }
    return archives
  }

  private static func arguments(_ server: ScriptedServer) -> [String] {
    [
      "pull", "\(server.authority)/team/app:1", "--plain-http", "--as", "team/app:1", "-o", "image.tar",
      "--stall-timeout", "2",
    ]
  }

  private static func content(_ dray: Dray) throws -> Data {
    try Data(contentsOf: URL(filePath: dray.folder.appending("image.tar").string))
  }

  private static func pull(_ number: Int, seed: UInt64, expected: [Data], _ totals: ChaosTotals) async throws {
    var random = SeededRandom(seed: seed ^ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
    let kind = number % images.count
    let image = images[kind]
    let plan = ChaosPlan(seed: random.next())
    let registry = ChaosRegistry(image: image, plan: plan, hasStorage: Bool.random(using: &random))
    let name = "DRAY_CHAOS_SEED=\(seed) DRAY_CHAOS_PULL=\(number)"
    var runs = 0
    var kills = 0
    var refusals = 0
    var sent: Int64 = 0
    var isThere = false
    try await ScriptedServer.run { server in
      registry.serve(on: server)
      try await Dray.scene { dray in
        while true {
          runs += 1
          plan.beginRun()
          let life = runs < mostRuns ? plan.nextLife() : nil
          let ended = try await dray.run(arguments(server), life: life)
          if ended.code == 0 { break }
          if dray.files.contains("image.tar") {
            // A kill may come between the rename and the end of the program: then all of it must be there, and it stays
            // where it is when the next run fails.
            #expect(ended.code == 137 || isThere, "\(name): a file under the final name after \(ended.code)")
            isThere = true
            #expect(try content(dray) == expected[kind], "\(name): an unfinished file under the final name")
          }
          if ended.code == 137, life != nil {
            kills += 1
          } else if [20, 21].contains(ended.code), plan.hasSurplus {
            refusals += 1
          } else {
            Issue.record("\(name): run \(runs) ended with \(ended.code) after \(plan.thrown): \(ended.errors)")
            return
          }
          try #require(runs < 3 * mostRuns, "\(name): it never ends")
        }
        #expect(dray.files == ["image.tar"], "\(name)")
        #expect(try content(dray) == expected[kind], "\(name): another archive")
        sent = server.bodyBytesSent
      }
    }
    totals.add { totals in
      for fault in plan.thrown { totals.faults[fault, default: 0] += 1 }
      totals.runs += runs
      totals.kills += kills
      totals.refusals += refusals
      totals.bytesSent += sent
      totals.bytesNeeded += image.blobs.reduce(0) { $0 + $1.size }
    }
  }
}
