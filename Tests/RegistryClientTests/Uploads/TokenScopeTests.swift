import Testing

@testable import RegistryClient

@Suite("Token scopes")
struct TokenScopeTests {
  @Test("T160: the scope of a push comes first, that of the repository to mount from behind it")
  func texts() {
    #expect(TokenScope.pull("team/app").texts == ["repository:team/app:pull"])
    #expect(TokenScope.push("team/app").texts == ["repository:team/app:pull,push"])
    #expect(
      TokenScope.push("team/app", mountsFrom: "team/base").texts
        == ["repository:team/app:pull,push", "repository:team/base:pull"])
    #expect(TokenScope.catalog.texts == ["registry:catalog:*"])
  }

  @Test("T160: a grant to push is one to pull, in the same repository alone")
  func covering() {
    let push = TokenScope.push("a/b")
    let mount = TokenScope.push("a/b", mountsFrom: "a/c")
    #expect(push.covers(.pull("a/b")))
    #expect(mount.covers(push))
    #expect(mount.covers(.pull("a/b")))
    #expect(!push.covers(mount))
    #expect(!mount.covers(.push("a/b", mountsFrom: "a/d")))
    #expect(!TokenScope.pull("a/b").covers(push))
    #expect(!push.covers(.pull("a/c")))
    #expect(!mount.covers(.pull("a/c")), "another repository may have another account")
    #expect(!push.covers(.catalog))
  }

  @Test("T160: a token that is about to end is none for a body")
  func margins() {
    let clock = TokenClock()
    var grants = Grants(clock: clock)
    _ = grants.keep(.bearer("a"), for: .push("a/b"), lifetime: 300, provesLogin: true)
    #expect(grants.authorization(for: .pull("a/b"), margin: .forBody) == .bearer("a"))
    // A third of its life is 100 s.
    clock.seconds = 199
    #expect(grants.authorization(for: .push("a/b"), margin: .forBody) == .bearer("a"))
    clock.seconds = 201
    #expect(grants.authorization(for: .push("a/b"), margin: .forBody) == nil)
    #expect(grants.authorization(for: .pull("a/b")) == .bearer("a"))
    clock.seconds = 301
    #expect(grants.authorization(for: .pull("a/b")) == nil)
    #expect(grants.has(.push("a/b")))
  }
}

private final class TokenClock: Clock, @unchecked Sendable {
  var seconds = 0
  var now: ContinuousClock.Instant { Self.start.advanced(by: .seconds(seconds)) }
  let minimumResolution: Duration = .nanoseconds(1)
  private static let start = ContinuousClock.now

  func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {}
}
