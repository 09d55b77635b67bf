/// Reads a JSON text from outside once, before a decoder does, and refuses what decoders disagree about or suffer from.
///
/// It takes linear time and keeps its own stack, so that a deeply nested text cannot exhaust the thread's.
package struct JSONScanner {
  /// Which numbers are let through.
  package enum Numbers: Sendable {
    /// Only integers of 64 bits, written without fraction and exponent.
    case integers
    /// Any number that a double can hold.
    case finite
  }

  /// The longest name of an object's member, in bytes. Names in use stay below 400, and Swift takes quadratic time to
  /// hash a long text of combining marks.
  private static let keyLimit = 1_024
  /// The longest number, in bytes. Enough for every double written out in full.
  private static let numberLimit = 800

  private let bytes: [UInt8]
  private let numbers: Numbers
  private let nesting: Int
  private let allowsDuplicates: Bool
  private var offset = 0
  private var containers: [Container] = []

  private struct Container {
    let isObject: Bool
    /// The names of the members so far, in UTF-8: as bytes they are hashed in linear time.
    var keys: Set<[UInt8]> = []
  }

  /// Checks that `bytes` are one JSON value in UTF-8 with no duplicate names and at most `nesting` levels.
  ///
  /// - Parameter allowsDuplicates: whether an object may have several members of one name after all.
  package static func check(
    _ bytes: [UInt8], numbers: Numbers, nesting: Int = DocumentLimits.standard.nesting, allowsDuplicates: Bool = false
  ) throws(JSONFault) {
    guard !hasByteOrderMark(bytes) else { throw .byteOrderMark }
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .invalidUTF8 }
    var scanner = JSONScanner(
      bytes: bytes, numbers: numbers, nesting: nesting, allowsDuplicates: allowsDuplicates)
    try scanner.scanValue()
    scanner.skipBlanks()
    guard scanner.offset == bytes.count else { throw .trailingBytes(offset: scanner.offset) }
  }

  /// Whether a text begins with UTF-8's byte order mark.
  package static func hasByteOrderMark(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0xEF, 0xBB, 0xBF]) }

  private init(bytes: [UInt8], numbers: Numbers, nesting: Int, allowsDuplicates: Bool) {
    self.bytes = bytes
    self.numbers = numbers
    self.nesting = nesting
    self.allowsDuplicates = allowsDuplicates
  }

  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
  }

  private mutating func skip(_ byte: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: byte) else { return false }
    offset += 1
    return true
  }

  private mutating func scanValue() throws(JSONFault) {
    repeat {
      skipBlanks()
      guard let byte = next else { throw .syntax(offset: offset) }
      switch byte {
      case UInt8(ascii: "{"):
        try open(Container(isObject: true))
        if skip("}") { try finishContainer() } else { try scanKey() }
      case UInt8(ascii: "["):
        try open(Container(isObject: false))
        if skip("]") { try finishContainer() }
      case UInt8(ascii: "\""):
        _ = try scanString()
        try finishValue()
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        try scanNumber()
        try finishValue()
      default:
        try scanLiteral()
        try finishValue()
      }
    } while !containers.isEmpty
  }

  private mutating func open(_ container: Container) throws(JSONFault) {
    guard containers.count < nesting else { throw .tooDeep(limit: nesting) }
    containers.append(container)
    offset += 1
    skipBlanks()
  }

  private mutating func finishContainer() throws(JSONFault) {
    containers.removeLast()
    try finishValue()
  }

  /// Goes on behind a complete value: to the next element or member, or out of every container that ends here.
  private mutating func finishValue() throws(JSONFault) {
    while let isObject = containers.last?.isObject {
      skipBlanks()
      if skip(",") { return isObject ? try scanKey() : () }
      guard skip(isObject ? "}" : "]") else { throw .syntax(offset: offset) }
      containers.removeLast()
    }
  }

  /// Reads `"name":` and remembers the name.
  private mutating func scanKey() throws(JSONFault) {
    skipBlanks()
    guard next == UInt8(ascii: "\"") else { throw .syntax(offset: offset) }
    let key = try scanString(limit: Self.keyLimit)
    skipBlanks()
    guard skip(":") else { throw .syntax(offset: offset) }
    guard allowsDuplicates || containers[containers.count - 1].keys.insert(key).inserted else {
      throw .duplicateKey(String(decoding: key, as: UTF8.self))
    }
  }

  private mutating func scanLiteral() throws(JSONFault) {
    for literal in ["true", "false", "null"] where bytes[offset...].starts(with: literal.utf8) {
      offset += literal.utf8.count
      return
    }
    throw .syntax(offset: offset)
  }

  private mutating func scanNumber() throws(JSONFault) {
    let start = offset
    _ = skip("-")
    if !skip("0") { try scanDigits() }
    var isInteger = true
    if skip(".") {
      isInteger = false
      try scanDigits()
    }
    if skip("e") || skip("E") {
      isInteger = false
      _ = skip("+") || skip("-")
      try scanDigits()
    }
    guard offset - start <= Self.numberLimit else { throw .number(offset: start) }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    let isAllowed =
      switch numbers {
      case .integers: isInteger && Int64(text) != nil
      case .finite: Double(text)?.isFinite == true
      }
    guard isAllowed else { throw .number(offset: start) }
  }

  private mutating func scanDigits() throws(JSONFault) {
    let start = offset
    while let byte = next, byte.isDigit { offset += 1 }
    guard offset > start else { throw .syntax(offset: offset) }
  }
}

extension JSONScanner {
  /// Reads a string from its opening to its closing quote. With a limit its value is returned, else it is only checked.
  private mutating func scanString(limit: Int? = nil) throws(JSONFault) -> [UInt8] {
    var value: [UInt8] = []
    offset += 1
    while let byte = next {
      let start = offset
      var scalar: Unicode.Scalar?
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return value
      case UInt8(ascii: "\\"):
        scalar = try scanEscape()
      case 0..<0x20:
        throw .syntax(offset: offset)
      default:
        offset += 1
      }
      guard let limit else { continue }
      if let scalar { value.append(contentsOf: UTF8.encode(scalar) ?? .init()) } else { value.append(bytes[start]) }
      guard value.count <= limit else { throw .keyTooLong(limit: limit) }
    }
    throw .syntax(offset: offset)
  }

  private mutating func scanEscape() throws(JSONFault) -> Unicode.Scalar {
    let start = offset
    offset += 1
    guard let byte = next else { throw .syntax(offset: offset) }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw .syntax(offset: start)
    }
    let first = try scanUnit()
    guard UTF16.isLeadSurrogate(first) else {
      guard let scalar = Unicode.Scalar(first) else { throw .loneSurrogate(offset: start) }
      return scalar
    }
    guard skip("\\"), skip("u") else { throw .loneSurrogate(offset: start) }
    let second = try scanUnit()
    guard UTF16.isTrailSurrogate(second) else { throw .loneSurrogate(offset: start) }
    return UTF16.decode(.init([first, second]))
  }

  /// Reads the four hexadecimal digits of an escape.
  private mutating func scanUnit() throws(JSONFault) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw .syntax(offset: offset)
      }
      unit = unit << 4 | UInt16(digit)
      offset += 1
    }
    return unit
  }
}
