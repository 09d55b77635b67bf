import ImageModel
import RegistryClient
import ScriptedServer
import Synchronization
import Testing

@testable import ImageTransfer

private let mebibyte: Int64 = 1 << 20

/// Tokens and signed addresses that end while bytes flow, and clocks that are wrong.
@Suite("What expires on the way")
struct ExpiryTests {
  @Test("T037: a token that dies while all connections fetch ranges costs one token request, and the pull goes on")
  func token() async throws {
    let image = ImageFixture(layers: [48 << 20], seed: 37)
    try await ScriptedServer.run { server in
      let meter = ByteMeter()
      let gate = Gate()
      let layer = image.layers[0]
      let given = Turns()
      let refused = Mutex<[Int]>([])
      server.giveTokens { _ in .token("t\(given.next() + 1)") }
      let accepts: @Sendable (RecordedRequest) -> Bool = { request in
        request.bearerToken == "t2" || request.bearerToken == "t1" && meter.count < 20 * mebibyte
      }
      let challenge = #"Bearer realm="\#(server.origin)/service/token",service="s""#
      server.on("GET", "/v2/*", where: { !accepts($0) }) { request in
        if request.bearerToken != nil { refused.withLock { $0.append(request.index) } }
        return Reply(401, headers: [("WWW-Authenticate", challenge)])
      }
      server.serveManifest(image.manifest)
      server.serve(image.config)
      server.on("/v2/team/app/blobs/\(layer.digest)") { request in
        // Eight ranges are under way when the token dies: none goes on before.
        .blob(layer.body, for: request).metered(meter).hold(after: mebibyte / 2, at: gate)
      }
      try await PullScene.run { scene in
        scene.access.connections = 8
        scene.access.stallTimeout = .seconds(30)
        let pulling = scene
        let reference = "\(server.authority)/team/app:1"
        let pull = Task { try await pulling.pull(reference) }
        await gate.arrivals(4)
        gate.open()
        let outcome = try await pull.value
        #expect(outcome.error == nil)
        let expected = try expectedArchive(image, reference: reference)
        #expect(try scene.bytes("app_1.tar") == expected)
        #expect(server.requests("/service/token").count == 2, "one at the start, one for all that were turned away")
        #expect(!refused.withLock { $0 }.isEmpty, "the token died on the way")
        #expect(server.requests.filter { $0.status == 206 }.count > 4)
      }
    }
  }

  @Test(
    "T040: a signed address that ends after 10 MiB, by 403 and by S3's 400 ExpiredToken: one registry request each time",
    arguments: [403, 400])
  func signedAddress(status: Int) async throws {
    let image = ImageFixture(layers: [40 << 20], seed: 40)
    let layer = image.layers[0]
    try await ScriptedServer.run { storage in
      // Each address lets 10 MiB through, 3 MiB at a time, and then refuses.
      let meters = Mutex<[String: ByteMeter]>([:])
      let refusals = Mutex(0)
      storage.on("/store/*") { request in
        let meter = meters.withLock { meters in
          let meter = meters[request.query] ?? ByteMeter()
          meters[request.query] = meter
          return meter
        }
        guard meter.count < 10 * mebibyte else {
          refusals.withLock { $0 += 1 }
          let code = status == 400 ? "ExpiredToken" : "AccessDenied"
          return Reply(
            status, headers: [("Content-Type", "application/xml")], text: "<Error><Code>\(code)</Code></Error>")
        }
        return .blob(layer.body, for: request, ranges: .shorter(3 * mebibyte)).metered(meter)
      }
      try await ScriptedServer.run { server in
        let given = Turns()
        server.serveManifest(image.manifest)
        server.serve(image.config)
        server.on("/v2/team/app/blobs/\(layer.digest)") { _ in
          .redirect(to: "\(storage.origin)/store/layer?X-Amz-Signature=canary-\(given.next())")
        }
        try await PullScene.run { scene in
          scene.access.connections = 2
          let reference = "\(server.authority)/team/app:1"
          let outcome = try await scene.pull(reference)
          #expect(outcome.error == nil)
          let expected = try expectedArchive(image, reference: reference)
          #expect(try scene.bytes("app_1.tar") == expected)
          let asked = server.requests("/v2/team/app/blobs/\(layer.digest)").count
          let refused = refusals.withLock { $0 }
          #expect(refused >= 1)
          #expect(asked <= 2 + refused, "one request for each connection's first address, one for each refusal")
          // Nothing is sent twice: each request begins where the bytes ended.
          #expect(storage.bodyBytesSent - 40 * mebibyte < mebibyte)
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
