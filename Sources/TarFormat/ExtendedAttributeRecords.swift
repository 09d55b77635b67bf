/// The extended attributes of a member, by the names that the file system gives them, such as `security.capability`.
package struct ExtendedAttributeRecords: Sendable, Hashable {
  /// star, GNU tar, Go: the value as it is.
  private static let plain = Array("SCHILY.xattr.".utf8)
  /// libarchive: the name percent-encoded, the value in Base64.
  private static let encoded = Array("LIBARCHIVE.xattr.".utf8)

  private var plainValues: [[UInt8]: [UInt8]] = [:]
  private var encodedValues: [[UInt8]: [UInt8]] = [:]

  /// bsdtar writes each of them in both ways.
  package var values: [[UInt8]: [UInt8]] { encodedValues.merging(plainValues) { $1 } }

  func isKeyword(_ keyword: ArraySlice<UInt8>) -> Bool {
    keyword.starts(with: Self.plain) || keyword.starts(with: Self.encoded)
  }

  /// False where it cannot be read.
  mutating func take(keyword: ArraySlice<UInt8>, value: ArraySlice<UInt8>) -> Bool {
    if keyword.starts(with: Self.plain) {
      let name = Array(keyword.dropFirst(Self.plain.count))
      guard !name.isEmpty, !name.contains(0) else { return false }
      plainValues[name] = Array(value)
      return true
    }
    let name = Self.percentDecoded(keyword.dropFirst(Self.encoded.count))
    guard let name, !name.isEmpty, !name.contains(0), let value = Base64Text.decoded(value) else { return false }
    encodedValues[name] = value
    return true
  }

  private static func percentDecoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var decoded: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        decoded.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal) else {
        return nil
      }
      decoded.append(high << 4 | low)
    }
    return decoded
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

/// Base64 (RFC 4648, section 4), with or without the padding.
enum Base64Text {
  static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var digits = text
    while digits.last == UInt8(ascii: "=") { digits.removeLast() }
    guard text.count - digits.count <= 2, digits.count % 4 != 1 else { return nil }
    var (bytes, bits, count): ([UInt8], UInt32, Int) = ([], 0, 0)
    bytes.reserveCapacity(digits.count / 4 * 3 + 2)
    for digit in digits {
      guard let value = value(of: digit) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
    return bytes
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
