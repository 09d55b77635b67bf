import ParserFuzz

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// `fuzz [COUNT] [SEED]`: that many random inputs for each parser. Ends with 1 where one was too slow; a trap speaks
/// for itself.
@main
struct Fuzz {
  static func main() {
    let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
    let count = Int(clamping: numbers.first ?? 1_000_000)
    let seed = numbers.dropFirst().first ?? .random(in: 0...UInt64(UInt32.max))
    print("\(count) inputs for each of \(ParserFuzz.all.count) parsers, seed \(seed)")
    var isFine = true
    for parser in ParserFuzz.all {
      let slowest = parser.run(count: count, seed: seed)
      let isSlow = slowest.time > ParserFuzz.limit
      isFine = isFine && !isSlow
      print("\(parser.name): no trap; slowest \(slowest.time)\(isSlow ? ", TOO SLOW: \(slowest.input)" : "")")
    }
    if !isFine { exit(1) }
  }
}
