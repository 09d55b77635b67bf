import ImageModel
import MachineConfiguration
import ManualClocks
import PullScenes
import RegistryClient
import ScriptedServer
import Synchronization
import Testing

@testable import ImageCopy

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
        #expect(outcome.registryError?.reason == .network(.rateLimited(host: server.origin, until: until)))
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
      // The first four are turned away together, however late one of them comes.
      let together = Gate(opensFor: 4)
      server.serveManifest(large.manifest)
      server.serve(large.config)
      for layer in large.layers {
        server.on("/v2/team/app/blobs/\(layer.digest)") { request in
          let now = clock.now.offset
          guard now < .seconds(60) else { return .blob(layer.body, for: request) }
          refusals.withLock { $0.append(now) }
          return Reply(429, headers: [("Retry-After", "2")], text: "later").hold(after: 1, at: together)
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
        let later = times.dropFirst(4)
        #expect(later.count <= 29)
        #expect(zip(later, later.dropFirst()).allSatisfy { $1 - $0 >= .seconds(2) })
        let expected = try expectedArchive(large, reference: reference)
        #expect(try scene.bytes("app_1.tar") == expected)
      }
    }
  }

  private static let places = ["/service/token", "/v2/team/app/manifests/1", "/v2/team/app/blobs/*"]

  @Test("T056: 429 for ever, each time with a short wait, ends after ten minutes of them", arguments: places)
  func endless(path: String) async throws {
    let large = ImageFixture(layers: Array(repeating: 100_000, count: 8), seed: 57)
    try await ScriptedServer.run { server in
      let clock = ManualClock()
      server.on("GET", path, where: { $0.path != "/v2/team/app/blobs/\(large.config.digest)" }) { _ in
        Reply(429, headers: [("Retry-After", "60")])
      }
      server.protect(large) { token, _ in token == "t" }
      server.giveTokens { _ in .token("t") }
      try await PullScene.run { scene in
        scene.clock = clock
        let pulling = scene
        let reference = "\(server.authority)/team/app:1"
        let outcome = try await clock.running(by: .seconds(1)) { try await pulling.pull(reference) }
        #expect(outcome.failureClass == .rateLimit)
        let waited = outcome.registryError.wait(for: server)
        #expect((541...600).contains(waited), "one wait more would be too much")
        #expect(clock.now.offset >= .seconds(waited))
        let refused = server.requests.filter { $0.status == 429 }.count
        // One for each wait, and the last; to blobs as many at first as there are connections.
        #expect((11...18).contains(refused))
      }
    }
  }

  @Test("T056: of a mirror and an origin that both answer 429 for ever, the origin's is the failure")
  func endlessEverywhere() async throws {
    try await ScriptedServer.run { mirror in
      try await ScriptedServer.run { origin in
        let clock = ManualClock()
        for server in [mirror, origin] {
          server.serveManifest(image.manifest)
          server.serve(image.config)
          server.on("/v2/team/app/blobs/*", reply: Reply(429, headers: [("Retry-After", "60")]))
        }
        try await PullScene.run { scene in
          scene.clock = clock
          scene.access.mirrors = [try #require(MirrorName(parsing: "http://\(mirror.authority)"))]
          let pulling = scene
          let reference = "\(origin.authority)/team/app:1"
          let outcome = try await clock.running(by: .seconds(1)) { try await pulling.pull(reference) }
          #expect(outcome.failureClass == .rateLimit)
          let waited = outcome.registryError.wait(for: origin)
          #expect((541...600).contains(waited))
        }
      }
    }
  }

  @Test("T056: a server that sends some bytes between its waits is waited for until all have come")
  func someBytesBetween() async throws {
    let layer = image.layers[0]
    try await ScriptedServer.run { server in
      let clock = ManualClock()
      let answers = Turns()
      server.serveManifest(image.manifest)
      server.serve(image.config)
      server.serve(image.layers[1])
      server.on("/v2/team/app/blobs/\(layer.digest)") { request in
        answers.next() % 6 < 5
          ? Reply(429, headers: [("Retry-After", "100")])
          : .blob(layer.body, for: request, ranges: .shorter(50_000)).finish(after: 50_000)
      }
      try await PullScene.run { scene in
        scene.clock = clock
        let pulling = scene
        let reference = "\(server.authority)/team/app:1"
        let error = try await clock.running(by: .seconds(1)) { try await pulling.pull(reference).error }
        #expect(error == nil)
        #expect(clock.now.offset > .seconds(1500))
        #expect(try scene.bytes("app_1.tar") == expectedArchive(image, reference: reference))
      }
    }
  }
}

extension RegistryError? {
  /// How long a server has been waited for in vain, in seconds.
  func wait(for server: ScriptedServer) -> Int64 {
    guard case .network(.outOfPatience(server.origin, let seconds))? = self?.reason else {
      Issue.record("\(String(describing: self))")
      return 0
    }
    return seconds
  }
}
