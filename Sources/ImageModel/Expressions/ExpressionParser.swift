/// A regular expression as a tree.
indirect enum ExpressionNode {
  case empty
  case bytes(ByteSet)
  case assertion(ExpressionAssertion)
  case sequence([ExpressionNode])
  case choice([ExpressionNode])
  /// `upTo`: nil for any number.
  case repeated(ExpressionNode, from: Int, upTo: Int?)
}

/// Something that holds between two bytes.
enum ExpressionAssertion: Sendable, Hashable {
  case start
  case end
  case wordBoundary
  case noWordBoundary
}

/// Reads the syntax of RE2 (github.com/google/re2/wiki/Syntax), for ASCII: names hold nothing else.
struct ExpressionParser {
  private static let depthLimit = 64
  private static let repetitionLimit = 1_000
  /// Bytes of an expression. Those that people write have some dozens.
  private static let lengthLimit = 4_096
  /// Bytes from a brace to the one that closes it.
  private static let countLimit = 16

  private let text: String
  private var rest: Substring.UTF8View
  private var ignoresCase = false

  static func parse(_ text: String) throws(NameExpressionError) -> ExpressionNode {
    guard text.utf8.count <= lengthLimit else { throw NameExpressionError(text: text, reason: .tooLarge) }
    var parser = ExpressionParser(text: text, rest: text[...].utf8)
    let node = try parser.choice(depth: 0)
    guard parser.rest.isEmpty else { throw parser.failure(.malformed) }
    return node
  }

  private init(text: String, rest: Substring.UTF8View) {
    self.text = text
    self.rest = rest
  }

  private func failure(_ reason: NameExpressionError.Reason) -> NameExpressionError {
    NameExpressionError(text: text, reason: reason)
  }

  private mutating func takes(_ word: StaticString) -> Bool {
    let bytes = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard rest.starts(with: bytes) else { return false }
    rest = rest.dropFirst(bytes.count)
    return true
  }

  private mutating func choice(depth: Int) throws(NameExpressionError) -> ExpressionNode {
    guard depth < Self.depthLimit else { throw failure(.tooLarge) }
    var branches = [try sequence(depth: depth)]
    while takes("|") { branches.append(try sequence(depth: depth)) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence(depth: Int) throws(NameExpressionError) -> ExpressionNode {
    var parts: [ExpressionNode] = []
    while let byte = rest.first, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
      let atom = try atom(depth: depth)
      parts.append(try repetition(of: atom))
    }
    return .sequence(parts)
  }

  private mutating func atom(depth: Int) throws(NameExpressionError) -> ExpressionNode {
    guard let byte = rest.popFirst() else { throw failure(.malformed) }
    switch byte {
    case UInt8(ascii: "("): return try group(depth: depth)
    case UInt8(ascii: "["): return .bytes(folded(try set()))
    case UInt8(ascii: "."): return .bytes(.all)
    case UInt8(ascii: "^"): return .assertion(.start)
    case UInt8(ascii: "$"): return .assertion(.end)
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"): throw failure(.malformed)
    case UInt8(ascii: "\\"): return try escape()
    default: return .bytes(folded(ByteSet(byte)))
    }
  }

  private func folded(_ set: ByteSet) -> ByteSet { ignoresCase ? set.withBothCases : set }

  private mutating func group(depth: Int) throws(NameExpressionError) -> ExpressionNode {
    let before = ignoresCase
    if takes("?") {
      guard !rest.starts(with: "=".utf8), !rest.starts(with: "!".utf8), !rest.starts(with: "<=".utf8),
        !rest.starts(with: "<!".utf8)
      else { throw failure(.unsupported) }
      if takes("P<") || takes("<") {
        guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { throw failure(.malformed) }
        rest = rest[end...].dropFirst()
      } else {
        try flags()
        // `(?i)` holds up to the end of the group around it.
        if takes(")") { return .empty }
        guard takes(":") else { throw failure(.malformed) }
      }
    }
    let node = try choice(depth: depth + 1)
    guard takes(")") else { throw failure(.malformed) }
    ignoresCase = before
    return node
  }

  private mutating func flags() throws(NameExpressionError) {
    var isOn = true
    while let byte = rest.first, byte != UInt8(ascii: ":"), byte != UInt8(ascii: ")") {
      rest = rest.dropFirst()
      switch byte {
      case UInt8(ascii: "-"): isOn = false
      case UInt8(ascii: "i"): ignoresCase = isOn
      // Names have no lines, and nobody sees which of several matches is taken.
      case UInt8(ascii: "s"), UInt8(ascii: "m"), UInt8(ascii: "U"): break
      default: throw failure(.malformed)
      }
    }
  }

  private mutating func escape() throws(NameExpressionError) -> ExpressionNode {
    if takes("A") { return .assertion(.start) }
    if takes("z") { return .assertion(.end) }
    if takes("b") { return .assertion(.wordBoundary) }
    if takes("B") { return .assertion(.noWordBoundary) }
    return .bytes(folded(try escapedSet()))
  }

  /// What stands behind a backslash, for one byte.
  private mutating func escapedSet() throws(NameExpressionError) -> ByteSet {
    guard let byte = rest.popFirst() else { throw failure(.malformed) }
    if let named = ByteSet(classOf: byte) { return named }
    switch byte {
    case UInt8(ascii: "1")...UInt8(ascii: "9"): throw failure(.unsupported)
    case UInt8(ascii: "p"), UInt8(ascii: "P"), UInt8(ascii: "x"), UInt8(ascii: "Q"), UInt8(ascii: "C"):
      throw failure(.unsupported)
    case UInt8(ascii: "t"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "f"), UInt8(ascii: "v"),
      UInt8(ascii: "a"):
      return ByteSet()
    default:
      guard !ByteSet.word.contains(byte) || byte == UInt8(ascii: "_"), byte < 0x80 else { throw failure(.malformed) }
      return ByteSet(byte)
    }
  }

  private mutating func set() throws(NameExpressionError) -> ByteSet {
    let isNegated = takes("^")
    var set = ByteSet()
    var isFirst = true
    while isFirst || rest.first != UInt8(ascii: "]") {
      if rest.starts(with: "[:".utf8) {
        set.formUnion(try namedSet())
      } else {
        set.formUnion(try range())
      }
      isFirst = false
    }
    guard takes("]") else { throw failure(.malformed) }
    return isNegated ? set.inverted : set
  }

  private mutating func namedSet() throws(NameExpressionError) -> ByteSet {
    let name = rest.dropFirst(2).prefix { $0 != UInt8(ascii: ":") }
    guard let set = ByteSet(named: String(decoding: name, as: UTF8.self)) else { throw failure(.malformed) }
    rest = rest.dropFirst(2 + name.count)
    guard takes(":]") else { throw failure(.malformed) }
    return set
  }

  private mutating func range() throws(NameExpressionError) -> ByteSet {
    guard let byte = rest.popFirst() else { throw failure(.malformed) }
    let first = byte == UInt8(ascii: "\\") ? try escapedSet() : ByteSet(byte)
    guard let low = first.single, rest.first == UInt8(ascii: "-"), rest.dropFirst().first != UInt8(ascii: "]") else {
      return first
    }
    rest = rest.dropFirst()
    guard let next = rest.popFirst() else { throw failure(.malformed) }
    let last = next == UInt8(ascii: "\\") ? try escapedSet() : ByteSet(next)
    guard let high = last.single, low <= high else { throw failure(.malformed) }
    return ByteSet(low...high)
  }

  private mutating func repetition(of atom: ExpressionNode) throws(NameExpressionError) -> ExpressionNode {
    let node: ExpressionNode
    if takes("*") {
      node = .repeated(atom, from: 0, upTo: nil)
    } else if takes("+") {
      node = .repeated(atom, from: 1, upTo: nil)
    } else if takes("?") {
      node = .repeated(atom, from: 0, upTo: 1)
    } else if let (counts, behind) = counts() {
      guard counts.0 <= Self.repetitionLimit, counts.1 ?? 0 <= Self.repetitionLimit else { throw failure(.tooLarge) }
      guard counts.1.map({ $0 >= counts.0 }) ?? true else { throw failure(.malformed) }
      rest = behind
      node = .repeated(atom, from: counts.0, upTo: counts.1)
    } else {
      return atom
    }
    // How much of the text is taken makes no difference to whether it matches.
    _ = takes("?")
    guard !rest.starts(with: "*".utf8), !rest.starts(with: "+".utf8), !rest.starts(with: "?".utf8) else {
      throw failure(.malformed)
    }
    return node
  }

  /// `{2}`, `{2,}`, `{2,5}`; nil for a brace that stands for itself.
  private func counts() -> (counts: (Int, Int?), behind: Substring.UTF8View)? {
    guard rest.first == UInt8(ascii: "{"), let end = rest.prefix(Self.countLimit).firstIndex(of: UInt8(ascii: "}"))
    else { return nil }
    let parts = rest[..<end].dropFirst().split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    let numbers = parts.map { Int(String(decoding: $0, as: UTF8.self)) }
    let behind = rest[end...].dropFirst()
    guard (1...2).contains(parts.count), let from = numbers[0], from >= 0 else { return nil }
    if parts.count == 1 { return ((from, from), behind) }
    if parts[1].isEmpty { return ((from, nil), behind) }
    guard let upTo = numbers[1], upTo >= 0 else { return nil }
    return ((from, upTo), behind)
  }
}
