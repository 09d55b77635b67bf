import Dispatch
import ParserFuzz
import Testing

@Suite("T098: parsers of foreign input")
struct ParserFuzzTests {
  /// `scripts/fuzz` does a million of each, in a release build, where none may take longer than 50 ms.
  @Test("T098: 20,000 random inputs: no trap, and none takes long", arguments: ParserFuzz.all)
  func fuzz(parser: ParserFuzz) async {
    let slowest = await OwnThread.run { parser.run(count: 20_000, seed: 98) }
    #expect(slowest.time <= ParserFuzz.limit, "\(slowest.input)")
  }
}

/// Work that takes seconds holds none of the threads that tasks share: on a machine with two cores those are two, and other
/// tests run beside this one.
enum OwnThread {
  static func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "fuzz").async { continuation.resume(returning: body()) }
    }
  }
}
