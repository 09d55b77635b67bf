import ImageModel
import ManualClocks
import PullScenes
import RegistryClient
import ScriptedServer
import Synchronization
import Testing

@testable import ImageCopy

private let mebibyte: Int64 = 1 << 20

/// Tokens and signed addresses that end while bytes flow, and clocks that are wrong.
@Suite("What expires on the way")
struct ExpiryTests {
  /// A layer for a server that gives each connection so little that more connections help.
  private static let image = ImageFixture(layers: [48 << 20], seed: 37)
  private static let rate = 4 * mebibyte

  @Test(
    "T037: a token that dies while eight ranges are under way costs one token request, and each goes on at its offset")
  func token() async throws {
    let image = Self.image
    let layer = image.layers[0]
    let path = "/v2/team/app/blobs/\(layer.digest)"
    let cut = CommonCut(path, ranges: 8, bytes: 20 * mebibyte)
    let refusals = Gate(opensFor: 8)
    try await ScriptedServer.run { server in
      let given = Turns()
      server.giveTokens { _ in .token("t\(given.next() + 1)") }
      let challenge = #"Bearer realm="\#(server.origin)/service/token",service="s""#
      server.on("GET", "/v2/*", where: { $0.bearerToken != (cut.hasHappened ? "t2" : "t1") }) { _ in
        let refusal = Reply(401, headers: [("WWW-Authenticate", challenge)], text: "expired")
        // All eight are turned away before one of them can ask for another token.
        return cut.hasHappened ? refusal.hold(after: 1, at: refusals) : refusal
      }
      server.serveManifest(image.manifest)
      server.serve(image.config)
      server.on(path) { request in
        let reply = Reply.blob(layer.body, for: request).with { $0.rate = Self.rate }
        return cut.hasHappened ? reply : reply.finish { cut.isDue(on: server) }
      }
      try await PullScene.run { scene in
        scene.access.network.connectionsPerHost = 8
        let reference = "\(server.authority)/team/app:1"
        let outcome = try await scene.pull(reference)
        #expect(outcome.error == nil)
        let expected = try expectedArchive(image, reference: reference)
        #expect(try scene.bytes("app_1.tar") == expected)
        #expect(cut.hasHappened, "eight ranges were under way")
        #expect(server.requests("/service/token").count == 2, "one at the start, one for all eight")
        let refused = server.requests(path).filter { $0.status == 401 && $0.bearerToken == "t1" }
        #expect(refused.count == 8, "each was turned away once")
        let renewed = server.requests(path).filter { $0.bearerToken == "t2" }
        let begins = Set(renewed.compactMap(\.range?.lowerBound))
        #expect(cut.ends(on: server).count == 8)
        #expect(begins.isSuperset(of: cut.ends(on: server)), "each goes on at its offset")
      }
    }
  }

  @Test(
    "T040: an address that expires while eight ranges come from it costs one registry request", arguments: [403, 400])
  func sharedAddress(status: Int) async throws {
    let image = Self.image
    let layer = image.layers[0]
    let path = "/v2/team/app/blobs/\(layer.digest)"
    let cut = CommonCut("/store/layer", ranges: 8, bytes: 20 * mebibyte)
    let refusals = Gate(opensFor: 8)
    try await ScriptedServer.run { storage in
      storage.on("GET", "/store/layer", where: { $0.query != "X-Amz-Signature=late" && cut.hasHappened }) { _ in
        // All eight are refused before one of them can ask the registry.
        Self.expired(status).hold(after: 1, at: refusals)
      }
      storage.on("/store/layer") { request in
        let reply = Reply.blob(layer.body, for: request).with { $0.rate = Self.rate }
        return cut.hasHappened ? reply : reply.finish { cut.isDue(on: storage) }
      }
      try await ScriptedServer.run { server in
        let late = Turns()
        server.serveManifest(image.manifest)
        server.serve(image.config)
        server.on(path) { _ in
          let isLate = cut.hasHappened
          if isLate { _ = late.next() }
          return .redirect(to: "\(storage.origin)/store/layer?X-Amz-Signature=\(isLate ? "late" : "early")")
        }
        try await PullScene.run { scene in
          scene.access.network.connectionsPerHost = 8
          let reference = "\(server.authority)/team/app:1"
          let outcome = try await scene.pull(reference)
          #expect(outcome.error == nil)
          let expected = try expectedArchive(image, reference: reference)
          #expect(try scene.bytes("app_1.tar") == expected)
          #expect(cut.hasHappened, "eight ranges were under way")
          #expect(late.next() == 1, "one request for the new address")
          #expect(storage.requests.filter { $0.status == status }.count == 8, "each was refused once")
          let begins = Set(storage.requests.filter { $0.query.hasSuffix("late") }.compactMap(\.range?.lowerBound))
          #expect(begins.isSuperset(of: cut.ends(on: storage)), "each goes on at its offset")
        }
      }
    }
  }

  private static func expired(_ status: Int) -> Reply {
    let code = status == 400 ? "ExpiredToken" : "AccessDenied"
    return Reply(
      status, headers: [("Content-Type", "application/xml")], text: "<Error><Code>\(code)</Code></Error>")
  }

  @Test(
    "T040: a signed address that ends after 10 MiB, by 403 and by S3's 400 ExpiredToken: one registry request each time",
    arguments: [403, 400])
  func signedAddress(status: Int) async throws {
    let image = ImageFixture(layers: [40 << 20], seed: 40)
    let layer = image.layers[0]
    let path = "/v2/team/app/blobs/\(layer.digest)"
    try await ScriptedServer.run { storage in
      // Each address lets 10 MiB through, 3 MiB at a time, and then refuses.
      let meters = Mutex<[String: ByteMeter]>([:])
      let refused = Mutex<Set<String>>([])
      try await ScriptedServer.run { server in
        // What the registry was asked before it could be about an expired address.
        let first = Mutex<Int?>(nil)
        storage.on("/store/*") { request in
          let meter = meters.withLock { meters in
            let meter = meters[request.query] ?? ByteMeter()
            meters[request.query] = meter
            return meter
          }
          guard meter.count < 10 * mebibyte else {
            first.withLock { $0 = $0 ?? server.requests(path).count }
            refused.withLock { _ = $0.insert(request.query) }
            return Self.expired(status)
          }
          return .blob(layer.body, for: request, ranges: .shorter(3 * mebibyte)).metered(meter)
        }
        let given = Turns()
        server.serveManifest(image.manifest)
        server.serve(image.config)
        server.on(path) { _ in
          .redirect(to: "\(storage.origin)/store/layer?X-Amz-Signature=canary-\(given.next())")
        }
        try await PullScene.run { scene in
          scene.access.network.connectionsPerHost = 4
          let reference = "\(server.authority)/team/app:1"
          let outcome = try await scene.pull(reference)
          #expect(outcome.error == nil)
          let expected = try expectedArchive(image, reference: reference)
          #expect(try scene.bytes("app_1.tar") == expected)
          let expiries = refused.withLock { $0.count }
          #expect(expiries >= 1)
          let before = try #require(first.withLock { $0 })
          #expect(before <= 4, "one request for each connection's first address")
          #expect(server.requests(path).count - before <= expiries, "one request for each address that was refused")
          // Each request begins where the bytes ended; what connections take over from each other in the end is little.
          #expect(try #require(outcome.result).bytesFetched - 40 * mebibyte < 4 * mebibyte)
        }
      }
    }
  }

  @Test("T040: three fresh addresses that are refused end in an error that names the storage without its query")
  func refusedAddresses() async throws {
    let image = ImageFixture(layers: [100_000], seed: 41)
    try await ScriptedServer.run { storage in
      storage.on("/store/*", reply: Reply(400, text: "<Error><Code>ExpiredToken</Code></Error>"))
      try await ScriptedServer.run { server in
        server.serveManifest(image.manifest)
        server.serve(image.config)
        server.on(
          "/v2/team/app/blobs/\(image.layers[0].digest)",
          reply: .redirect(to: "\(storage.origin)/store/layer?X-Amz-Signature=canary-signature"))
        try await PullScene.run { scene in
          let outcome = try await scene.pull("\(server.authority)/team/app:1")
          #expect(outcome.registryError?.reason == .storageRefused(host: storage.origin, status: 400))
          #expect(outcome.failureClass == .network)
          #expect(storage.requests.count == 3)
          #expect(!String(reflecting: outcome.error).contains("canary"))
        }
      }
    }
  }

  private static let lifetimes = [
    #""expires_in":0"#, #""expires_in":-1"#, #""expires_in":1000000000000000000"#, #""expires_in":1e300"#,
    #""expires_in":"300""#, #""expires_in":300,"issued_at":"garbage""#,
    #""expires_in":300,"issued_at":"1970-01-01T00:00:00Z""#, #""issued_at":{}"#,
  ]

  @Test("T087: whatever a token says about its life, it is fetched once for a pull", arguments: lifetimes)
  func lifetime(fields: String) async throws {
    let image = ImageFixture(layers: Array(repeating: 50_000, count: 12), seed: 87)
    try await ScriptedServer.run { server in
      server.protect(image) { token, _ in token == "t" }
      server.giveTokens { _ in .json(#"{"token":"t",\#(fields)}"#) }
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.error == nil)
        #expect(server.requests("/service/token").count == 1)
      }
    }
  }

  private static let years: [Int64] = [-10, 10]

  @Test("T087: a clock that is ten years off disturbs no pull and no wait", arguments: years)
  func wrongClock(years: Int64) async throws {
    let image = ImageFixture(layers: [100_000, 50_000], seed: 88)
    try await ScriptedServer.run { server in
      server.protect(image) { token, _ in token == "t" }
      server.giveTokens { _ in .token("t") }
      server.addFirst(
        Rule("GET", "/v2/team/app/blobs/\(image.layers[0].digest)", Reply(429, headers: [("Retry-After", "1")])).once)
      try await PullScene.run { scene in
        let clock = ManualClock()
        scene.clock = clock
        scene.now = { 1_764_000_000 + years * 31_557_600 }
        let pulling = scene
        let reference = "\(server.authority)/team/app:1"
        let error = try await clock.running { try await pulling.pull(reference).error }
        #expect(error == nil)
        #expect(server.requests("/service/token").count == 1)
      }
    }
  }

  @Test("T087: a clock that jumps an hour in the middle disturbs neither the token nor a wait")
  func jump() async throws {
    let image = ImageFixture(layers: [100_000, 50_000], seed: 89)
    try await ScriptedServer.run { server in
      let jumped = Mutex(false)
      server.protect(image) { token, _ in token == "t" }
      server.giveTokens { _ in .token("t", lifetime: 300) }
      server.addFirst(
        Rule("GET", "/v2/team/app/blobs/\(image.layers[0].digest)") { _ in
          jumped.withLock { $0 = true }
          return Reply(429, headers: [("Retry-After", "2")])
        }.once)
      try await PullScene.run { scene in
        let clock = ManualClock()
        scene.clock = clock
        scene.now = { jumped.withLock { $0 } ? 1_764_003_600 : 1_764_000_000 }
        let pulling = scene
        let reference = "\(server.authority)/team/app:1"
        let error = try await clock.running { try await pulling.pull(reference).error }
        #expect(error == nil)
        #expect(clock.now.offset < .seconds(600))
        #expect(server.requests("/service/token").count == 1)
      }
    }
  }
}
