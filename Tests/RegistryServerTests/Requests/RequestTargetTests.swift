import Testing

@testable import RegistryServer

@Suite struct RequestTargetTests {
  @Test(
    "T115: a target is decoded once, and into no other path; one that is no text is none",
    arguments: [
      ("/v2/a%2fb/tags/list", nil), ("/v2/a%2Fb/tags/list", nil), ("/v2/%252e%252e/x", "/v2/%2e%2e/x"),
      ("/v2/..%5c..%5cetc", nil), ("/v2/a\\b", nil), ("/v2/a/%2e%2e/b", nil), ("/v2/a/../b", nil),
      ("/archive/h%3A5000/a%2Fb.tar", nil), ("/archive/h%3A5000/a%40sha256:0.tar", "/archive/h:5000/a@sha256:0.tar"),
      ("/a..b/.c", "/a..b/.c"), ("http://h:1/x?y", "/x"), ("http://h", "/"), ("/a#b", "/a"),
      ("/%00", nil), ("/a%0d%0ab", nil), ("/%zz", nil), ("/%2", nil), ("/%ff", nil), ("*", nil), ("host:443", nil),
    ] as [(String, String?)])
  func paths(text: String, path: String?) {
    #expect(RequestTarget(text)?.path == path)
  }

  @Test("A query keeps its order, and a plus sign in it is a blank")
  func query() throws {
    let query = try #require(RequestTarget("/x?ns=ghcr.io%3A443&image=docker+pull+nginx&image=b&flag")).query
    #expect(query.map(\.name) == ["ns", "image", "image", "flag"])
    #expect(query.map(\.value) == ["ghcr.io:443", "docker pull nginx", "b", ""])
  }
}
