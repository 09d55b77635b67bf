import SeededRandom

/// A parser of foreign input, and where its random inputs begin: texts that it takes, and the bytes that mean
/// something to it.
public struct ParserFuzz: Sendable, CustomStringConvertible {
  public let name: String
  let good: [[UInt8]]
  let alphabet: [UInt8]
  /// Makes of an input what is to be timed.
  let prepare: @Sendable ([UInt8]) -> () -> Void

  public var description: String { name }

  init(_ name: String, good: [[UInt8]], alphabet: String, parse: @escaping @Sendable ([UInt8]) -> Void) {
    self.name = name
    self.good = good
    self.alphabet = Array(alphabet.utf8)
    prepare = { bytes in { parse(bytes) } }
  }

  init(_ name: String, good: [String], alphabet: String, text parse: @escaping @Sendable (String) -> Void) {
    self.name = name
    self.good = good.map { Array($0.utf8) }
    self.alphabet = Array(alphabet.utf8)
    prepare = { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      return { parse(text) }
    }
  }

  /// No input may take longer. A debug build is slower than what people run.
  #if DEBUG
    public static let limit: Duration = .milliseconds(500)
  #else
    public static let limit: Duration = .milliseconds(50)
  #endif

  public struct Slowest: Sendable {
    public var time: Duration = .zero
    public var input: [UInt8] = []
  }

  /// Parses `count` inputs that follow from `seed`: a trap ends the program.
  ///
  /// - Returns: the input that took longest, whatever else the machine was doing: one that seems slow is timed again.
  public func run(count: Int, seed: UInt64) -> Slowest {
    var random = SeededRandom(seed: seed)
    var slowest = Slowest()
    for round in 0..<count {
      let input = input(round, &random)
      let parse = prepare(input)
      var time = ContinuousClock().measure(parse)
      for _ in 0..<3 where time > Self.limit { time = min(time, ContinuousClock().measure(parse)) }
      if time > slowest.time { slowest = Slowest(time: time, input: input) }
    }
    return slowest
  }

  /// A quarter random, three quarters changed from good ones; one in a thousand long and monotonous, which is what
  /// makes a careless parser slow.
  private func input(_ round: Int, _ random: inout SeededRandom) -> [UInt8] {
    let start = good[round % good.count]
    switch round % 1_000 {
    case 999:
      let piece = random.bytes(count: .random(in: 1...4, using: &random), alphabet: alphabet)
      let repeated = Array(repeatElement(piece, count: (16 << 10) / piece.count).joined())
      return Bool.random(using: &random) ? repeated : start + repeated
    case let number where number % 4 == 0:
      return random.bytes(count: .random(in: 0...80, using: &random), alphabet: alphabet)
    default: return random.mutation(of: start, count: 5)
    }
  }
}
