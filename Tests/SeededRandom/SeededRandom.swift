/// Random numbers that are the same in every run of a test (SplitMix64).
public struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  public init(seed: UInt64) {
    state = seed
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Bytes, of which about half come from `alphabet`.
  public mutating func bytes(count: Int, alphabet: [UInt8] = []) -> [UInt8] {
    (0..<count).map { _ in
      Bool.random(using: &self)
        ? alphabet.randomElement(using: &self) ?? .random(in: 0...255, using: &self)
        : .random(in: 0...255, using: &self)
    }
  }

  /// A copy of `bytes` with up to `count` of them changed, removed or doubled.
  public mutating func mutation(of bytes: [UInt8], count: Int) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...count, using: &self) where !result.isEmpty {
      let index = Int.random(in: 0..<result.count, using: &self)
      switch Int.random(in: 0..<4, using: &self) {
      case 0: result[index] = .random(in: 0...255, using: &self)
      case 1: result.remove(at: index)
      case 2: result.insert(result[index], at: index)
      default: result.removeSubrange(index..<min(result.count, index + Int.random(in: 1...8, using: &self)))
      }
    }
    return result
  }
}
