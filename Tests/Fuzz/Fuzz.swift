import CLibrary
import ParserFuzz

/// `fuzz [COUNT [SEED [PARSER…]]]`: that many random inputs for each parser, or for those that are named. Ends with 1
/// where one was too slow, with 2 where a name is none; a trap speaks for itself.
@main
struct Fuzz {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    let count = Int(clamping: arguments.first.flatMap { UInt64($0) } ?? 1_000_000)
    let seed = arguments.dropFirst().first.flatMap { UInt64($0) } ?? .random(in: 0...UInt64(UInt32.max))
    let parsers = parsers(named: Array(arguments.dropFirst(2)))
    print("\(count) inputs for each of \(parsers.count) parsers, seed \(seed)")
    var isFine = true
    for parser in parsers {
      let slowest = parser.run(count: count, seed: seed)
      let isSlow = slowest.time > ParserFuzz.limit
      isFine = isFine && !isSlow
      print("\(parser.name): no trap; slowest \(slowest.time)\(isSlow ? ", TOO SLOW: \(slowest.input)" : "")")
      fflush(nil)
    }
    if !isFine { exit(1) }
  }

  private static func parsers(named names: [String]) -> [ParserFuzz] {
    guard !names.isEmpty else { return ParserFuzz.all }
    let known = ParserFuzz.all.map(\.name)
    if let stranger = names.first(where: { !known.contains($0) }) {
      print("no parser is called '\(stranger)'; there are: \(known.joined(separator: ", "))")
      exit(2)
    }
    return ParserFuzz.all.filter { names.contains($0.name) }
  }
}
