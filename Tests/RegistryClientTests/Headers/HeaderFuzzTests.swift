import SeededRandom
import Testing

@testable import RegistryClient

@Suite("T098: parsers of headers take whatever comes")
struct HeaderFuzzTests {
  private static let seeds = [
    #"Bearer realm="https://a/token",service="s",scope="repository:x/y:pull""#, "bytes 0-5/10", "bytes */10",
    "Sun, 06 Nov 1994 08:49:37 GMT", "86400", #"299 - "deprecated""#, "https://host:443/a/b?c=d#e", "../a/./b?x",
    "//host/path", "[::1]:5000", #"{"errors":[{"code":"DENIED","message":"no"}]}"#, "::ffff:169.254.169.254",
  ]

  @Test("random changes to good texts do no harm, and what is parsed can be written again")
  func mutations() {
    var random = SeededRandom(seed: 98)
    for round in 0..<40_000 {
      var bytes = Array(Self.seeds[round % Self.seeds.count].utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let index = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
        case 1: if index < bytes.count { bytes.remove(at: index) }
        default: if index < bytes.count { bytes[index] = UInt8.random(in: 0...255, using: &random) }
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      _ = Challenge.parse([text]).compactMap(BearerChallenge.init)
      if let range = ContentRange(parsing: text)?.range { #expect(!range.isEmpty) }
      if let retry = RetryAfter(parsing: text, now: 1_000) { #expect(retry.instant >= 1_000) }
      _ = WarningHeader.texts(in: [text])
      _ = RegistryErrorBody(parsing: bytes)
      if let address = IPAddress(parsing: text) { #expect(IPAddress(parsing: address.description) == address) }
      let base = AbsoluteURL(parsing: "https://registry.test/v2/")
      for url in [AbsoluteURL(parsing: text), base?.resolve(location: text)].compactMap({ $0 }) {
        #expect(AbsoluteURL(parsing: url.description) == url)
        #expect(url.description.utf8.allSatisfy { (0x21...0x7e).contains($0) })
      }
    }
  }
}
