import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

private let mebibyte: Int64 = 1 << 20

/// What a login has come to ends in the middle of a pull, wherever the login comes from.
@Suite("A login whose fruit expires", .serialized)
struct LoginExpiryTests {
  private static let image = ImageFixture(layers: [16 << 20], seed: 371)
  /// So little for each connection that more connections help.
  private static let rate = mebibyte / 2

  private var path: String { "/v2/team/app/blobs/\(Self.image.layers[0].digest)" }

  /// Beginning the layer anew would cost 6 MiB and more; what connections hand over to each other is far less. What
  /// the server sent is not what was taken: some of it stood in buffers when its connection ended.
  private func expectNothingTwice(_ outcome: PullScene.Outcome, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect((outcome.result?.bytesFetched ?? .max) < 16 * mebibyte + 4 * mebibyte, sourceLocation: sourceLocation)
  }

  private func pull(
    _ source: LoginSource, _ server: ScriptedServer, _ check: (PullScene, PullScene.Outcome) throws -> Void
  ) async throws {
    try await source.run(for: server.authority) { chain in
      try await PullScene.run { scene in
        scene.access.login.credentials = chain
        scene.access.network.connectionsPerHost = 8
        try check(scene, try await scene.pull("\(server.authority)/team/app:1"))
      }
    }
  }

  @Test(
    "T037: a token that dies before the first layer: a login from any place proves itself once more",
    arguments: LoginSource.allCases)
  func renewal(source: LoginSource) async throws {
    let image = ImageFixture(layers: [100_000], seed: 372)
    let layer = "/v2/team/app/blobs/\(image.layers[0].digest)"
    try await ScriptedServer.run { server in
      let given = Turns()
      server.on("GET,POST", "/service/token") { request in
        request.provesLogin ? .token("t\(given.next() + 1)") : Reply(401, text: #"{"details":"no"}"#)
      }
      let challenge = #"Bearer realm="\#(server.origin)/service/token",service="s""#
      let refusal = Reply(401, headers: [("WWW-Authenticate", challenge)], text: "expired")
      let good = source.asksTokenService ? ["t1", "t2"] : [canaryPassword]
      server.on("GET", layer, where: { $0.bearerToken != "t2" }) { _ in refusal }
      server.on("GET", "/v2/*", where: { !good.contains($0.bearerToken ?? "") }) { _ in refusal }
      server.serve(image)
      try await pull(source, server) { scene, outcome in
        let proofs = server.requests("/service/token").count { $0.provesLogin }
        guard source.asksTokenService else {
          #expect(outcome.failureClass == .authentication)
          #expect(proofs == 0)
          return
        }
        #expect(outcome.error == nil)
        #expect(scene.files == ["app_1.tar"])
        #expect(proofs == 2)
      }
    }
  }

  // One of each kind of login is enough where it takes many bytes: by a password, by a token that asks for others, and one that
  // nothing renews.
  @Test(
    "T037: the token dies under eight ranges: the login proves itself once more, and no byte is sent twice",
    arguments: [LoginSource.helper, .identityToken, .registryToken])
  func token(source: LoginSource) async throws {
    let layer = Self.image.layers[0]
    let cut = CommonCut(path, ranges: 8, bytes: 6 * mebibyte)
    let refusals = Gate(opensFor: 8)
    try await ScriptedServer.run { server in
      let given = Turns()
      server.on("GET,POST", "/service/token") { request in
        request.provesLogin ? .token("t\(given.next() + 1)") : Reply(401, text: #"{"details":"no"}"#)
      }
      // A token for the registry itself is the login, and when it dies there is nothing to renew it with.
      let good = source.asksTokenService ? ["t1", "t2"] : [canaryPassword, "none"]
      let challenge = #"Bearer realm="\#(server.origin)/service/token",service="s""#
      server.on("GET", "/v2/*", where: { $0.bearerToken != good[cut.hasHappened ? 1 : 0] }) { request in
        let refusal = Reply(401, headers: [("WWW-Authenticate", challenge)], text: "expired")
        return cut.hasHappened && request.bearerToken == good[0] ? refusal.hold(after: 1, at: refusals) : refusal
      }
      server.serveManifest(Self.image.manifest)
      server.serve(Self.image.config)
      server.on(path) { request in
        let reply = Reply.blob(layer.body, for: request)
        return cut.hasHappened ? reply : reply.with { $0.rate = Self.rate }.finish { cut.isDue(on: server) }
      }
      try await pull(source, server) { scene, outcome in
        #expect(cut.hasHappened, "eight ranges were under way")
        let proofs = server.requests("/service/token").count { $0.provesLogin }
        guard source.asksTokenService else {
          #expect(outcome.failureClass == .authentication)
          #expect(server.requests("/service/token").allSatisfy { !$0.holdsCanary })
          #expect(server.requests.count { $0.status == 401 && $0.holdsCanary } <= 8, "no loop")
          #expect(scene.files == ["app_1.tar.part", "app_1.tar.part.journal"])
          return
        }
        #expect(outcome.error == nil)
        let expected = try expectedArchive(Self.image, reference: "\(server.authority)/team/app:1")
        #expect(try scene.bytes("app_1.tar") == expected)
        #expect(proofs == 2, "one at the start, one for all eight")
        #expect(server.requests(path).count { $0.status == 401 } == 8, "each was turned away once")
        expectNothingTwice(outcome)
      }
    }
  }

  @Test(
    "T040: a signed address ends under eight ranges: one more registry request, and the storage never learns of the login",
    arguments: [LoginSource.helper, .registryToken])
  func signedAddress(source: LoginSource) async throws {
    let layer = Self.image.layers[0]
    let cut = CommonCut("/store/layer", ranges: 8, bytes: 6 * mebibyte)
    let refusals = Gate(opensFor: 8)
    try await ScriptedServer.run { storage in
      storage.on("GET", "/store/layer", where: { $0.query != "X-Amz-Signature=late" && cut.hasHappened }) { _ in
        Reply(403, headers: [("Content-Type", "application/xml")], text: "<Error><Code>AccessDenied</Code></Error>")
          .hold(after: 1, at: refusals)
      }
      storage.on("/store/layer") { request in
        let reply = Reply.blob(layer.body, for: request)
        return cut.hasHappened ? reply : reply.with { $0.rate = Self.rate }.finish { cut.isDue(on: storage) }
      }
      try await ScriptedServer.run { server in
        server.giveTokensForLogin()
        let late = Turns()
        server.add(
          Rule("GET", path) { _ in
            let isLate = cut.hasHappened
            if isLate { _ = late.next() }
            return .redirect(to: "\(storage.origin)/store/layer?X-Amz-Signature=\(isLate ? "late" : "early")")
          }.when { source.isGood($0.bearerToken) })
        server.protect(Self.image, service: "registry") { token, _ in source.isGood(token) }
        try await pull(source, server) { scene, outcome in
          #expect(outcome.error == nil)
          let expected = try expectedArchive(Self.image, reference: "\(server.authority)/team/app:1")
          #expect(try scene.bytes("app_1.tar") == expected)
          #expect(cut.hasHappened, "eight ranges were under way")
          #expect(late.next() == 1, "one request for the new address")
          #expect(server.requests("/service/token").count == (source.asksTokenService ? 1 : 0))
          #expect(storage.requests.allSatisfy { !$0.carriesCredentials && !$0.holdsCanary })
          expectNothingTwice(outcome)
        }
      }
    }
  }
}
