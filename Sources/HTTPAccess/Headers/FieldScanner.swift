import ImageModel

/// Reads what the grammars of header fields have in common (RFC 9110 §5.6), from front to back, in linear time.
struct FieldScanner: Sendable {
  private let bytes: [UInt8]
  private(set) var index = 0

  init(_ text: some StringProtocol) {
    bytes = Array(text.utf8)
  }

  var isAtEnd: Bool { index >= bytes.count }

  /// The next byte.
  var next: UInt8? { isAtEnd ? nil : bytes[index] }

  /// Goes back to a place that was ``index`` before.
  mutating func rewind(to earlier: Int) {
    index = min(max(earlier, 0), index)
  }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  /// Optional white space (§5.6.3).
  mutating func skipBlanks() {
    _ = take { $0 == 0x20 || $0 == 0x09 }
  }

  /// White space and the commas of empty list elements (§5.6.1.2).
  mutating func skipListSeparators() {
    _ = take { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ",") }
  }

  /// The longest run of bytes that `isWanted` wants; nil where that is none.
  mutating func take(while isWanted: (UInt8) -> Bool) -> String? {
    let start = index
    while let byte = next, isWanted(byte) { index += 1 }
    return start == index ? nil : String(decoding: bytes[start..<index], as: UTF8.self)
  }

  /// §5.6.2.
  mutating func token() -> String? { take(while: Self.isTokenByte) }

  static func isTokenByte(_ byte: UInt8) -> Bool {
    byte.isLetterOrDigit || "!#$%&'*+-.^_`|~".utf8.contains(byte)
  }

  /// The value of a quoted string (§5.6.4). Nil, at the same place, where none begins or it never ends; nil, behind it,
  /// where it holds control characters or is not UTF-8.
  mutating func quotedString() -> String? {
    let start = index
    guard skip("\"") else { return nil }
    var value: [UInt8] = []
    while let byte = next {
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        let isPlain = value.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }
        return isPlain ? String(validating: value, as: UTF8.self) : nil
      case UInt8(ascii: "\\"):
        guard let escaped = next else { break }
        value.append(escaped)
        index += 1
      default: value.append(byte)
      }
    }
    index = start
    return nil
  }

  /// Goes to the next comma outside quotes, or to the end.
  mutating func skipElement() {
    while let byte = next, byte != UInt8(ascii: ",") {
      let start = index
      if byte == UInt8(ascii: "\"") {
        _ = quotedString()
        if index == start { index = bytes.count }
      } else {
        index += 1
      }
    }
  }
}
