/// A set of ASCII bytes, and of all others together.
struct ByteSet: Sendable, Hashable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0
  private var others = false

  init() {}

  init(_ byte: UInt8) { insert(byte) }

  init(_ range: ClosedRange<UInt8>) {
    for byte in range { insert(byte) }
  }

  static let all = ByteSet().inverted
  static let digit = ByteSet(UInt8(ascii: "0")...UInt8(ascii: "9"))
  static let lower = ByteSet(UInt8(ascii: "a")...UInt8(ascii: "z"))
  static let upper = ByteSet(UInt8(ascii: "A")...UInt8(ascii: "Z"))
  static let word = digit.union(lower).union(upper).union(ByteSet(UInt8(ascii: "_")))
  static let space = ByteSet(9...13).union(ByteSet(32))

  /// The set that a letter behind a backslash stands for: `\d`, `\W` and so on.
  init?(classOf letter: UInt8) {
    switch letter {
    case UInt8(ascii: "d"): self = .digit
    case UInt8(ascii: "D"): self = ByteSet.digit.inverted
    case UInt8(ascii: "w"): self = .word
    case UInt8(ascii: "W"): self = ByteSet.word.inverted
    case UInt8(ascii: "s"): self = .space
    case UInt8(ascii: "S"): self = ByteSet.space.inverted
    default: return nil
    }
  }

  /// The set of `[:name:]`, also `[:^name:]`.
  init?(named name: String) {
    if name.hasPrefix("^") {
      guard let set = ByteSet(named: String(name.dropFirst())) else { return nil }
      self = set.inverted
      return
    }
    switch name {
    case "alnum": self = ByteSet.digit.union(.lower).union(.upper)
    case "alpha": self = ByteSet.lower.union(.upper)
    case "digit": self = .digit
    case "lower": self = .lower
    case "upper": self = .upper
    case "word": self = .word
    case "space": self = .space
    case "punct":
      self = ByteSet(33...126).subtracting(ByteSet.digit.union(.lower).union(.upper))
    case "xdigit":
      self = ByteSet.digit.union(ByteSet(UInt8(ascii: "a")...UInt8(ascii: "f")))
        .union(ByteSet(UInt8(ascii: "A")...UInt8(ascii: "F")))
    default: return nil
    }
  }

  func contains(_ byte: UInt8) -> Bool {
    switch byte {
    case ..<64: low >> UInt64(byte) & 1 == 1
    case ..<128: high >> UInt64(byte - 64) & 1 == 1
    default: others
    }
  }

  private mutating func insert(_ byte: UInt8) {
    switch byte {
    case ..<64: low |= 1 << UInt64(byte)
    case ..<128: high |= 1 << UInt64(byte - 64)
    default: others = true
    }
  }

  mutating func formUnion(_ other: ByteSet) {
    low |= other.low
    high |= other.high
    others = others || other.others
  }

  func union(_ other: ByteSet) -> ByteSet {
    var set = self
    set.formUnion(other)
    return set
  }

  private func subtracting(_ other: ByteSet) -> ByteSet {
    var set = self
    set.low &= ~other.low
    set.high &= ~other.high
    return set
  }

  var inverted: ByteSet {
    var set = self
    set.low = ~low
    set.high = ~high
    set.others = !others
    return set
  }

  /// With the letters of the other case.
  var withBothCases: ByteSet {
    var set = self
    for letter in UInt8(ascii: "a")...UInt8(ascii: "z") {
      let capital = letter - 32
      if contains(letter) { set.insert(capital) }
      if contains(capital) { set.insert(letter) }
    }
    return set
  }

  /// The only byte in it; nil for more or none.
  var single: UInt8? {
    guard !others, low.nonzeroBitCount + high.nonzeroBitCount == 1 else { return nil }
    return UInt8(low == 0 ? 64 + high.trailingZeroBitCount : low.trailingZeroBitCount)
  }
}
