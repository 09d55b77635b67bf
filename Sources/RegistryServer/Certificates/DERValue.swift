import FoundationEssentials

/// A value as certificates hold it: tag, length, content (X.690, DER).
struct DERValue: Sendable {
  let bytes: [UInt8]

  init(tag: UInt8, _ content: [UInt8]) {
    var length: [UInt8] = []
    var rest = content.count
    while rest > 0 {
      length.insert(UInt8(truncatingIfNeeded: rest), at: 0)
      rest >>= 8
    }
    let head = content.count < 128 ? [UInt8(content.count)] : [0x80 | UInt8(length.count)] + length
    bytes = [tag] + head + content
  }

  init(tag: UInt8, _ parts: [DERValue]) { self.init(tag: tag, parts.flatMap(\.bytes)) }

  /// What is encoded already.
  init(encoded: some Sequence<UInt8>) { bytes = Array(encoded) }

  static func sequence(_ parts: [DERValue]) -> Self { Self(tag: 0x30, parts) }

  static func text(_ text: String) -> Self { Self(tag: 0x0c, Array(text.utf8)) }

  static func octets(_ bytes: [UInt8]) -> Self { Self(tag: 0x04, bytes) }

  static let yes = Self(tag: 0x01, [0xff])

  /// A whole number that is not negative, most significant byte first.
  static func number(_ bytes: [UInt8]) -> Self {
    Self(tag: 0x02, bytes.first.map { $0 >= 0x80 } ?? true ? [0] + bytes : bytes)
  }

  /// - Parameter unused: bits at the end that do not count.
  static func bits(_ bytes: [UInt8], unused: UInt8 = 0) -> Self { Self(tag: 0x03, [unused] + bytes) }

  /// A date in the form that its year asks for (RFC 5280 §4.1.2.5).
  ///
  /// - Parameter seconds: since 1970.
  static func date(_ seconds: Int64) -> Self {
    let text = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    let digits = text.utf8.filter { ("0"..."9").contains(Character(Unicode.Scalar($0))) }
    let isNear = digits.starts(with: Array("20".utf8)) && digits[2] < UInt8(ascii: "5")
    return isNear
      ? Self(tag: 0x17, digits.dropFirst(2) + [UInt8(ascii: "Z")]) : Self(tag: 0x18, digits + [UInt8(ascii: "Z")])
  }
}
