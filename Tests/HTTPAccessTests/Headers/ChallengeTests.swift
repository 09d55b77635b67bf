import Testing

@testable import HTTPAccess

@Suite("WWW-Authenticate")
struct ChallengeTests {
  @Test(
    "T039: challenges as servers write them",
    arguments: [
      (#"Bearer realm="https://a/token",service="s",scope="repository:x/y:pull""#, ["bearer"]),
      (#"Bearer realm="https://a/token", service="s" , scope="repository:x/y:pull,push""#, ["bearer"]),
      (#"Basic realm="harbor""#, ["basic"]),
      (#"Basic realm="Sonatype Nexus Repository Manager""#, ["basic"]),
      (#"Negotiate, Bearer realm="https://a/token""#, ["negotiate", "bearer"]),
      (#"Negotiate YII==, Basic realm="x""#, ["negotiate", "basic"]),
      (#"NewAuth realm="apps", type=1, title="Login to \"apps\"", Basic realm="simple""#, ["newauth", "basic"]),
      (#"Bearer realm=https://a/token,service=s"#, ["bearer"]),
      ("", []),
      (",,,", []),
      (#""lonely", Basic realm="x""#, ["basic"]),
      (#"Bearer realm="unclosed"#, ["bearer"]),
      ("Bearer", ["bearer"]),
      (#"Bearer realm="a"x, Basic realm="b""#, ["bearer", "x", "basic"]),
      (#"Bearer realm="a", @@@ "x, y", Basic realm="b""#, ["bearer", "basic"]),
      ("Digest realm = \"a\" , nonce=\"n\",\tBasic\trealm=\"b\"", ["digest", "basic"]),
      ("Negotiate, Kerberos abc/def==, NTLM", ["negotiate", "kerberos", "ntlm"]),
      ("Bearer realm=\"a\"\r\nX: y", ["bearer"]),
    ] as [(String, [String])])
  func schemes(header: String, schemes: [String]) {
    #expect(Challenge.parse([header]).map(\.scheme) == schemes)
  }

  @Test("T039: parameters keep quoted commas and escapes, and the first of a name counts")
  func parameters() throws {
    let header =
      #"Bearer realm="https://a/token?x=1,2",service="a \"b\" c",scope="repository:p/r:pull,push",realm="evil""#
    let bearer = try #require(Challenge.parse([header]).first.flatMap(BearerChallenge.init))
    #expect(bearer.realm == "https://a/token?x=1,2")
    #expect(bearer.service == #"a "b" c"#)
    #expect(bearer.scope == "repository:p/r:pull,push")
  }

  @Test("T039: several header lines, an unknown scheme first")
  func severalLines() {
    let challenges = Challenge.parse([#"DPoP algs="ES256""#, #"BEARER Realm="https://a/t""#])
    #expect(challenges.compactMap(BearerChallenge.init).map(\.realm) == ["https://a/t"])
  }

  @Test("T039: 64 KiB of scope is not read")
  func tooLong() {
    let scope = String(repeating: "x", count: 64 << 10)
    #expect(Challenge.parse([#"Bearer realm="https://a",scope="\#(scope)""#]).isEmpty)
  }

  @Test("a Bearer challenge without a realm is none")
  func noRealm() {
    #expect(Challenge.parse([#"Bearer service="s""#]).compactMap(BearerChallenge.init).isEmpty)
  }

  @Test("T039: a malformed parameter is left out, and those around it stay")
  func malformedParameters() throws {
    let header = "Bearer realm=\"https://a/t\",service=\"a\r\nb\",scope=\"\u{1}\",=x,error=\"invalid_token\""
    let bearer = try #require(Challenge.parse([header]).first.flatMap(BearerChallenge.init))
    #expect(bearer.realm == "https://a/t")
    #expect(bearer.service == nil)
    #expect(bearer.scope == nil)
    #expect(bearer.error == "invalid_token")
  }

  @Test("T039: a line that is too long does not hide the one behind it")
  func longLineFirst() {
    let long = "Bearer realm=\"https://a\",scope=\"\(String(repeating: "x", count: 64 << 10))\""
    let basic = Challenge.parse([long, #"Basic realm="harbor""#]).filter(\.isBasic)
    #expect(basic.map { $0.parameters["realm"] } == ["harbor"])
  }

  @Test("T039: 32 challenges are read and no more")
  func flood() {
    #expect(Challenge.parse([String](repeating: "a,b", count: 5_000)).count == 32)
    #expect(Challenge.parse([[String](repeating: "a,b", count: 3_000).joined(separator: ",")]).count == 32)
    #expect(Challenge.parse([String](repeating: "", count: 100_000) + ["Basic"]).isEmpty)
  }
}
