import Testing

@testable import HTTPAccess

@Suite("What servers say")
struct ServerWordsTests {
  @Test("T059: code and message of the specification's errors")
  func errors() {
    let body = #"{"errors":[{"code":"DENIED","message":"no","detail":{}},{"code":"UNKNOWN"}]}"#
    let parsed = RegistryErrorBody(parsing: Array(body.utf8))
    #expect(parsed.codes == ["DENIED", "UNKNOWN"])
    #expect(parsed.words == ["DENIED: no", "UNKNOWN"])
  }

  @Test("another text is kept to its beginning, a web page not at all")
  func otherTexts() {
    #expect(RegistryErrorBody(parsing: Array("quota used up".utf8)).words == ["quota used up"])
    #expect(RegistryErrorBody(parsing: Array("<!DOCTYPE html><html>".utf8)).words.isEmpty)
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)
    #expect(RegistryErrorBody(parsing: long).words.first?.count == 1_024)
  }

  @Test("T095: warnings are told once each, 299 only, and not without end")
  func warnings() {
    let many = (0..<1_000).map { _ in #"299 - "deprecated""# }
    #expect(WarningHeader.texts(in: many) == ["deprecated"])
    #expect(WarningHeader.texts(in: [#"110 - "stale""#, #"299 - "a \"b\"""#, "299 - bare"]) == [#"a "b""#])
    let large = (0..<200).map { #"299 - "\#($0)\#(String(repeating: "w", count: 100))""# }
    #expect(WarningHeader.texts(in: large).reduce(0) { $0 + $1.utf8.count } <= 4_096)
    #expect(WarningHeader.texts(in: ["299 - \"\(String(repeating: "x", count: 1 << 20))\""]).isEmpty)
  }

  @Test(
    "T059: servers that get the form wrong are still heard",
    arguments: [
      (#"{"errors":[{"code":1,"message":"no"}]}"#, ["no"]),
      (#"{"errors":["no","really"]}"#, ["no", "really"]),
      (#"{"errors":{"code":"DENIED","message":"no"}}"#, ["DENIED: no"]),
      (#"{"errors":[{"code":"DENIED","message":null,"detail":[{"Type":"repository"}]}]}"#, ["DENIED"]),
      (#"{"details":"incorrect username or password"}"#, ["incorrect username or password"]),
      (#"{"error":"invalid_grant","error_description":"expired"}"#, ["invalid_grant", "expired"]),
      (#"{"message":"Too Many Requests"}"#, ["Too Many Requests"]), ("{}", []), (#"{"errors":[]}"#, []),
      ("[]", ["[]"]), ("", []),
    ])
  func otherForms(body: String, words: [String]) {
    #expect(RegistryErrorBody(parsing: Array(body.utf8)).words == words)
  }

  @Test("T045: however much is sent, little is kept, in whole characters")
  func bounds() throws {
    let text = String(repeating: "错", count: 1_000)
    let body =
      #"{"errors":[\#([String](repeating: #"{"code":"C","message":"\#(text)","detail":"d"}"#, count: 15).joined(separator: ","))]}"#
    let parsed = RegistryErrorBody(parsing: Array(body.utf8))
    #expect(parsed.entries.count == 10)
    #expect(parsed.entries.first?.detail == "d")
    #expect(parsed.entries.first?.message == String(repeating: "错", count: 341))
    let huge = RegistryErrorBody(parsing: Array("{\"errors\":[\"\(String(repeating: "x", count: 1 << 20))\"]}".utf8))
    #expect(huge.words.map(\.utf8.count) == [1_024])
    #expect(RegistryErrorBody(parsing: Array(String(repeating: "[", count: 100_000).utf8)).words.count == 1)
  }

  @Test("T095: several warnings in one line, dates behind them, and what is none between them")
  func warningLists() {
    let line = #"299 - "one", 299 registry.example:443 "two" "Sun, 06 Nov 1994 08:49:37 GMT", 199 - "no", 299 - "one""#
    #expect(WarningHeader.texts(in: [line, "", ",,", #"299 - "three""#]) == ["one", "two", "three"])
    #expect(WarningHeader.texts(in: [#"2990 - "a""#, #"299 "a""#, #"299 - """#, #"299 - "open"#, "299"]).isEmpty)
  }

  @Test(
    "T094: the next page is read from the Link header",
    arguments: [
      ([#"</v2/_catalog?last=b&n=2>; rel="next""#], "/v2/_catalog?last=b&n=2"),
      (["<https://h/v2/x>;rel=next"], "https://h/v2/x"), ([#"<a>; rel="prev", <b>; Rel="NEXT last""#], "b"),
      (["<a>; rel=prev", "<b>; title=\"x, <y>; rel=next\"; rel=next"], "b"),
      ([#"<a>; rel=prev; rel=next"#], nil), ([#"<a>; rel=next; anchor="/other""#], nil), (["<>; rel=next"], nil),
      (["<>"], nil), (["<"], nil), (["<a; rel=next"], nil), (["a; rel=next"], nil), (["<a b>; rel=next"], nil),
      (["<a>; rel=\"next"], nil), (["<a\r\nb>; rel=next"], nil), (["<a>; rel"], nil), ([";;,,"], nil), ([], nil),
      (["<a>;;rel=next;"], "a"), (["<a> ; rel = next"], "a"),
      (["<\(String(repeating: "a", count: 20_000))>; rel=next", "<b>; rel=next"], "b"),
    ] as [([String], String?)])
  func links(values: [String], next: String?) {
    #expect(LinkHeader.next(in: values) == next)
  }

  @Test("T094: a flood of links comes to an end")
  func linkFlood() {
    #expect(LinkHeader.parse([String](repeating: "<a>", count: 3_000)).count == 32)
    #expect(LinkHeader.parse([[String](repeating: "<a>", count: 3_000).joined(separator: ",")]).count == 32)
  }

  @Test(
    "what Docker Hub says about the pulls that are left",
    arguments: [
      ("100;w=21600", "76;w=21600", 100, 76, 21_600), ("100", "0", 100, 0, nil), (nil, " 5 ; w=60", nil, 5, 60),
      ("200;x=1;w=\"10\"", "-1", 200, nil, 10), ("5;w", nil, 5, nil, nil),
      ("5;w=9999999999999999999", nil, 5, nil, nil),
    ] as [(String?, String?, Int64?, Int64?, Int64?)])
  func rateLimits(limit: String?, remaining: String?, pulls: Int64?, left: Int64?, window: Int64?) throws {
    let found = try #require(RateLimit(limit: limit, remaining: remaining))
    #expect(found.limit == pulls)
    #expect(found.remaining == left)
    #expect(found.window == window)
  }

  @Test("a registry without limits says nothing", arguments: [nil, "", ";w=5", "x", "9999999999999999999", "1.5"])
  func noRateLimit(text: String?) {
    #expect(RateLimit(limit: text, remaining: text) == nil)
  }
}
