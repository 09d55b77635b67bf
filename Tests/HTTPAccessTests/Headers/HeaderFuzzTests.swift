import SeededRandom
import Testing

@testable import HTTPAccess

/// Each parser gets random bytes and random changes to good texts: it gives nothing, or something that holds what its
/// type promises.
@Suite("T098: parsers of headers and addresses take whatever comes")
struct HeaderFuzzTests {
  /// Calls `check` with 24,000 texts: a third random, the others changed from `good`.
  private func fuzz(_ seed: UInt64, good: [String], alphabet: String, _ check: (String) throws -> Void) rethrows {
    var random = SeededRandom(seed: seed)
    let good = good.map { Array($0.utf8) }
    for round in 0..<24_000 {
      let bytes =
        round % 3 == 0
        ? random.bytes(count: Int.random(in: 0...60, using: &random), alphabet: Array(alphabet.utf8))
        : random.mutation(of: good[round % good.count], count: 5)
      try check(String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test("T098: challenges", arguments: 0..<2 as Range<UInt64>)
  func challenges(seed: UInt64) {
    let good = [
      #"Bearer realm="https://a/token",service="s",scope="repository:x/y:pull""#,
      #"Negotiate abc==, Basic realm="a \" b", Digest qop=auth"#,
    ]
    fuzz(seed, good: good, alphabet: "Bearer \",=\\\t:/") { text in
      for challenge in Challenge.parse([text, text]) {
        #expect(!challenge.scheme.isEmpty && challenge.scheme == challenge.scheme.lowercased())
        let values = challenge.parameters.values.flatMap(\.utf8)
        #expect(values.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 })
      }
    }
  }

  @Test("T098: Content-Range", arguments: 0..<2 as Range<UInt64>)
  func contentRanges(seed: UInt64) {
    fuzz(
      seed, good: ["bytes 0-5/10", "bytes */10", "bytes 9223372036854775806-9223372036854775806/*"],
      alphabet: "bytes 0-9/*"
    ) {
      guard let content = ContentRange(parsing: $0) else { return }
      #expect(content.range != nil || content.total != nil)
      if let range = content.range { #expect(!range.isEmpty && range.lowerBound >= 0) }
      if let range = content.range, let total = content.total { #expect(range.upperBound <= total) }
    }
  }

  @Test("T098: Retry-After", arguments: 0..<2 as Range<UInt64>)
  func retryAfter(seed: UInt64) {
    let good = [
      "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "86400",
      "1746136938",
    ]
    fuzz(seed, good: good, alphabet: "Sun, 06Nov-94:GMT") {
      for now in [Int64.min, 0, 1_700_000_000, Int64.max] {
        if let retry = RetryAfter(parsing: $0, now: now) { #expect(retry.instant >= now) }
      }
    }
  }

  @Test("T098: warnings, links and rate limits", arguments: 0..<2 as Range<UInt64>)
  func lists(seed: UInt64) {
    let good = [
      #"299 - "deprecated" "Sun, 06 Nov 1994 08:49:37 GMT", 299 - "b""#,
      #"</v2/_catalog?last=b>; rel="next", <c>; rel=x"#,
      "100;w=21600",
    ]
    fuzz(seed, good: good, alphabet: "299 - \"<>;=,w\\") { text in
      #expect(WarningHeader.texts(in: [text]).allSatisfy { !$0.isEmpty && !$0.utf8.contains(0x0a) })
      for link in LinkHeader.parse([text]) {
        #expect(!link.target.isEmpty && link.target.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f })
      }
      if let limit = RateLimit(limit: text, remaining: text) { #expect(limit.limit.map { $0 >= 0 } == true) }
    }
  }

  @Test("T098: bodies of errors", arguments: 0..<2 as Range<UInt64>)
  func errorBodies(seed: UInt64) {
    let good = [
      #"{"errors":[{"code":"DENIED","message":"no","detail":{}},"x"],"message":"m"}"#, #"{"errors":{"code":"A"}}"#,
    ]
    fuzz(seed, good: good, alphabet: #"{}[]":,errorscodemessage0"#) {
      let body = RegistryErrorBody(parsing: Array($0.utf8))
      #expect(body.words.allSatisfy { !$0.isEmpty && $0.utf8.count <= 2 * 1_024 + 2 })
    }
  }

  @Test("T098: addresses of requests", arguments: 0..<2 as Range<UInt64>)
  func addresses(seed: UInt64) throws {
    let good = [
      "https://host:443/a/b?c=d#e", "../a/./b?x", "//host/path", "https://[::1]:5000/%2f|", "?q", "http://a.b.c/../..",
    ]
    let base = try #require(AbsoluteURL(parsing: "https://registry.test/v2/x?y"))
    fuzz(seed, good: good, alphabet: "https://[:1].%2f?#@\\") { text in
      for url in [AbsoluteURL(parsing: text), base.resolve(location: text)].compactMap({ $0 }) {
        #expect(AbsoluteURL(parsing: url.description) == url)
        // What is sent ends no request line; what others are given is of RFC 3986.
        #expect(url.description.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && !"\\#".utf8.contains($0) })
        #expect(url.encoded.utf8.allSatisfy { (0x21...0x7e).contains($0) && !"\\#<>\"{}|^`".utf8.contains($0) })
        #expect(!url.origin.host.isEmpty && !url.origin.description.contains("@"))
        #expect(url.redacted.utf8.filter { $0 == UInt8(ascii: "?") }.count <= 1)
        _ = url.isSigned
        let asked = url.appending(query: [("scope", text)])
        #expect(AbsoluteURL(parsing: asked.description) == asked)
      }
    }
  }

  @Test("T098: what makes a careless parser slow")
  func long() {
    let length = 16 << 10
    for part in [
      "\"", "\\", ",", "a ", "a=", "a=\"", "<", "<a>;", ";", "/", "../", "%", "[", "{\"a\":", "299 - \"", "é",
    ] {
      let text = String(String(repeating: part, count: length / part.utf8.count))
      for text in [text, "Bearer a=\"" + text, "<a>; rel=\"" + text, "https://h/" + text] {
        #expect(Challenge.parse([text]).count <= 32)
        #expect(LinkHeader.parse([text]).count <= 32)
        #expect(WarningHeader.texts(in: [text]).count <= 4_096)
        #expect(RegistryErrorBody(parsing: Array(text.utf8)).words.count <= 10)
        if let url = AbsoluteURL(parsing: text) {
          #expect(url.resolve(location: text) == url || url.target.contains(".."))
        }
      }
    }
  }
}
