import ImageModel
import RegistryClient
import ScriptedServer
import Synchronization
import Testing

@testable import ImageTransfer

/// Servers that ask for patience, and how exactly they get it.
@Suite("429 and Retry-After")
struct PatienceTests {
  private let image = ImageFixture(layers: [200_000, 100_000], seed: 54)
  private let path = "/v2/team/app/manifests/1"
  /// "Sun, 06 Nov 1994 08:49:37 GMT".
  private static let date: Int64 = 784_111_777

  private static let answers: [(header: String?, wait: Duration)] = [
    ("2", .seconds(2)), ("Sun, 06 Nov 1994 08:49:37 GMT", .seconds(2)),
    ("Sat, 05 Nov 1994 08:49:37 GMT", .milliseconds(500)), (nil, .milliseconds(250)), ("-1", .milliseconds(250)),
    ("abc", .milliseconds(250)), ("\(date + 1)", .seconds(3)),
  ]

  @Test(
    "T054, T055: Retry-After in seconds, as a date, as a date that has passed, absent, negative, a word, as a time since 1970",
    arguments: answers.indices)
  func forms(index: Int) async throws {
    let (header, wait) = Self.answers[index]
    try await ScriptedServer.run { server in
      server.on(path, times: 1, reply: Reply(429, headers: header.map { [("Retry-After", $0)] } ?? []))
      server.serve(image)
      try await PullScene.run { scene in
        let clock = ManualClock()
        scene.clock = clock
        scene.now = { Self.date - 2 }
        scene.jitter = { 0.5 }
        let pulling = scene
        let reference = "\(server.authority)/team/app:1"
        let pull = Task { try await pulling.pull(reference) }
        await clock.waitForSleepers(1)
        clock.advance(by: wait - .milliseconds(1))
        #expect(server.requests.count == 1, "it waits")
        #expect(clock.sleepers == 1, "it waits")
        clock.advance(by: .milliseconds(1))
        let error = try await clock.running { try await pull.value.error }
        #expect(error == nil)
        #expect(scene.files == ["app_1.tar"])
        #expect(server.requests(path).count == 2)
      }
    }
  }

  @Test(
    "T055: more patience than two minutes is a failure that names the time",
    arguments: [
      ("86400", date + 86_398), ("1000000000000000000", 253_402_300_799),
      ("99999999999999999999999999", 253_402_300_799), ("121", date + 119),
    ])
  func tooLong(header: String, until: Int64) async throws {
    try await ScriptedServer.run { server in
      server.on(path, reply: Reply(429, headers: [("Retry-After", header)]))
      try await PullScene.run { scene in
        scene.now = { Self.date - 2 }
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.failureClass == .rateLimit)
        #expect(outcome.registryError?.reason == .rateLimited(host: server.origin, until: until))
        #expect(server.requests.count == 1)
        #expect(scene.files.isEmpty)
      }
    }
  }

  @Test("T055: among blobs, too, and what came stays")
  func tooLongForBlob() async throws {
    try await ScriptedServer.run { server in
      server.serveManifest(image.manifest)
      server.serve(image.config)
      server.serve(image.layers[1])
      server.on(
        "/v2/team/app/blobs/\(image.layers[0].digest)", reply: Reply(429, headers: [("Retry-After", "86400")]))
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.failureClass == .rateLimit)
        #expect(!scene.files.contains("app_1.tar"))
      }
    }
  }

  @Test("T056: 429 for a minute to eight connections is asked about once for each announced wait")
  func minute() async throws {
    let large = ImageFixture(layers: Array(repeating: 1 << 20, count: 8), seed: 56)
    try await ScriptedServer.run { server in
      let clock = ManualClock()
      let refusals = Mutex<[Duration]>([])
      server.serveManifest(large.manifest)
      server.serve(large.config)
      for layer in large.layers {
        server.on("/v2/team/app/blobs/\(layer.digest)") { request in
          let now = clock.now.offset
          guard now < .seconds(60) else { return .blob(layer.body, for: request) }
          refusals.withLock { $0.append(now) }
          return Reply(429, headers: [("Retry-After", "2")])
        }
      }
      try await PullScene.run { scene in
        scene.clock = clock
        let pulling = scene
        let reference = "\(server.authority)/team/app:1"
        let error = try await clock.running { try await pulling.pull(reference).error }
        #expect(error == nil)
        let times = refusals.withLock { $0 }
        // Those that were under way when the first answer came, then one for each two seconds.
        let first = try #require(times.first)
        let later = times.filter { $0 - first >= .seconds(2) }
        #expect(times.count - later.count <= 8)
        #expect(later.count <= 29)
        #expect(zip(later, later.dropFirst()).allSatisfy { $1 - $0 >= .seconds(2) })
        let expected = try expectedArchive(large, reference: reference)
        #expect(try scene.bytes("app_1.tar") == expected)
      }
    }
  }
}
