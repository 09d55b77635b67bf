import ParserFuzz
import Testing

@Suite("T098: parsers of foreign input")
struct ParserFuzzTests {
  /// `scripts/fuzz` does a million of each, in a release build, where none may take longer than 50 ms.
  @Test("T098: 20,000 random inputs: no trap, and none takes long", arguments: ParserFuzz.all)
  func fuzz(parser: ParserFuzz) {
    let slowest = parser.run(count: 20_000, seed: 98)
    #expect(slowest.time <= ParserFuzz.limit, "\(slowest.input)")
  }
}
