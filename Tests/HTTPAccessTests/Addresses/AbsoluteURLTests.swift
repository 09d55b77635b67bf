import Testing

@testable import HTTPAccess

@Suite("Addresses of requests")
struct AbsoluteURLTests {
  @Test(
    "T053: a Location is resolved by RFC 3986",
    arguments: [
      ("/x", "https://h/x"), ("x", "https://h/a/x"), ("../x", "https://h/x"), ("../../../x", "https://h/x"),
      ("./x?y=1", "https://h/a/x?y=1"), ("?q", "https://h/a/b?q"), ("//other/x", "https://other/x"),
      ("http://other:80/x", "http://other/x"), ("https://H/x#frag", "https://h/x"), ("https://h", "https://h/"),
      ("https://[::1]:5000/x", "https://[::1]:5000/x"),
    ])
  func resolution(location: String, expected: String) throws {
    let base = try #require(AbsoluteURL(parsing: "https://h/a/b?c=d"))
    #expect(base.resolve(location: location)?.description == expected)
  }

  @Test(
    "T036, T053: what could be read in two ways is not read",
    arguments: [
      "", "file:///etc/passwd", "javascript:alert(1)", "https://user@h/", "https://user:pass@h/x", "https://h\r\nX: y/",
      "/x\r\nSet-Cookie: a", "https://h%2fevil/", "https://h%00/", "https://ｈ/", "https://h h/", "https:///x",
      "https://h:0/", "https://h:65536/", "https://h:-1/", "https://h:8x/", "https://[::1/", "https://[zz]/", "/a\\b",
      "https://-h/", "https://.h/", "/a b", "/a\u{7f}", "/a\u{85}", "/a\u{fffd}", "/a\0",
    ])
  func refusal(location: String) throws {
    let base = try #require(AbsoluteURL(parsing: "https://h/a/b"))
    #expect(base.resolve(location: location) == nil)
  }

  @Test("the same place means scheme, host and port", arguments: ["http://h/", "https://h:444/", "https://x.h/"])
  func otherOrigins(other: String) throws {
    let home = try #require(AbsoluteURL(parsing: "https://h/"))
    #expect(AbsoluteURL(parsing: other)?.origin != home.origin)
    #expect(AbsoluteURL(parsing: "HTTPS://H:443/")?.origin == home.origin)
  }

  @Test("T041: a query is never shown, and a signed one is known")
  func redaction() throws {
    let url = try #require(AbsoluteURL(parsing: "https://s3/b?X-Amz-Signature=secret&X-Amz-Date=1"))
    #expect(url.redacted == "https://s3/b?…")
    #expect(url.isSigned)
    #expect(AbsoluteURL(parsing: "https://s3/b?ns=docker.io")?.isSigned == false)
    #expect(AbsoluteURL(parsing: "https://s3/b")?.redacted == "https://s3/b")
  }

  @Test("T053, T173: what RFC 3986 wants encoded stays as it is, and is encoded for those who take nothing else")
  func bytes() throws {
    let base = try #require(AbsoluteURL(parsing: "https://h/a/b"))
    let written = "/p|q/[1]^`\"<é>/%2F%zz?k={v}&s=a%2Bb%3D%&名=\u{301}"
    let url = try #require(base.resolve(location: written))
    #expect(url.target == written)
    #expect(
      url.encoded
        == "https://h/p%7Cq/%5B1%5D%5E%60%22%3C%C3%A9%3E/%2F%25zz?k=%7Bv%7D&s=a%2Bb%3D%25&%E5%90%8D=%CC%81")
    #expect(base.resolve(location: "https://o/a/./b/../c?x=/../y")?.target == "/a/c?x=/../y")
    #expect(base.resolve(location: "#here") == base)
  }

  @Test("T173: an accent behind a mark hides neither a folder, nor the query, nor a permission in it")
  func marks() throws {
    let base = try #require(AbsoluteURL(parsing: "https://h/a/b"))
    #expect(base.resolve(location: "/x/../\u{301}y")?.target == "/\u{301}y")
    let signed = try #require(base.resolve(location: "/x?\u{301}=1&sig=\u{301}secret"))
    #expect(signed.redacted == "https://h/x?…")
    #expect(signed.isSigned)
    #expect(
      RequestSecrets(TransportRequest(.GET, signed)).masked("it says \u{301}secret") == "it says \(HeaderRedactor.mask)"
    )
  }

  @Test(
    "an address with a permission in its query is signed",
    arguments: [
      ("X-Amz-Signature=1", true), ("x%2Damz%2Dcredential=1", true), ("sv=2020&sig=1", true), ("Signature=1", true),
      ("AWSAccessKeyId=1", true), ("X-Goog-Signature=1", true), ("q-sign-algorithm=sha1", true), ("token=1", true),
      ("__token__=1", false), ("ns=docker.io", false), ("", false), ("service=registry&scope=signature", false),
    ])
  func signatures(query: String, isSigned: Bool) throws {
    #expect(try #require(AbsoluteURL(parsing: "https://h/x?\(query)")).isSigned == isSigned)
  }

  @Test(
    "T036: a host beyond ASCII is refused, letters that fold into ASCII too",
    arguments: [
      "https://docker.io\u{2044}evil/", "https://doc\u{212A}er.io/", "https://h\u{3002}io/", "https://h%69/",
      "https://a..b/",
    ])
  func foreignHosts(text: String) {
    #expect(AbsoluteURL(parsing: text) == nil)
  }

  @Test("a query item longer than an address may be is still sent whole")
  func longQuery() throws {
    let realm = try #require(AbsoluteURL(parsing: "https://h/token"))
    let service = String(repeating: "\"", count: 16 << 10)
    #expect(realm.appending(query: [("service", service), ("scope", "s")]).description.hasSuffix("%22&scope=s"))
  }

  @Test("a scope is encoded in neither half")
  func query() throws {
    let realm = try #require(AbsoluteURL(parsing: "https://h/service/token?x=1"))
    let url = realm.appending(query: [("service", "a b&c"), ("scope", "repository:p/r:pull")])
    #expect(url.description == "https://h/service/token?x=1&service=a%20b%26c&scope=repository:p/r:pull")
  }
}
