import Testing

@testable import RegistryAuth

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
    var grants = Grants()
    grants.keep(.bearer("a"), for: .push("a/b"), at: .zero, lifetime: 300, provesLogin: true)
    func authorization(_ scope: TokenScope, at seconds: Int, _ margin: Grants.Margin) -> Authorization? {
      grants.authorization(for: scope, at: .seconds(seconds), margin: margin)
    }
    #expect(authorization(.pull("a/b"), at: 0, .forBody) == .bearer("a"))
    // A third of its life is 100 s.
    #expect(authorization(.push("a/b"), at: 199, .forBody) == .bearer("a"))
    #expect(authorization(.push("a/b"), at: 201, .forBody) == nil)
    #expect(authorization(.pull("a/b"), at: 201, .none) == .bearer("a"))
    #expect(authorization(.pull("a/b"), at: 301, .none) == nil)
    let isKnown = grants.has(.push("a/b"), at: .seconds(301))
    #expect(isKnown)
  }
}
