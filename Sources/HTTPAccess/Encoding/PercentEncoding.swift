import ImageModel

/// RFC 3986 §2.
package enum PercentEncoding {
  /// A name or a value of a query: everything is encoded but unreserved characters, the slash, the colon and the comma.
  static func query(_ text: String) -> String {
    encoded(text) { isUnreserved($0) || "/:,".utf8.contains($0) }
  }

  /// A path and query from elsewhere, in which what no address may hold is encoded and nothing else is touched.
  static func repaired(_ target: String) -> String {
    let bytes = Array(target.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      let isFaulty =
        byte == UInt8(ascii: "%")
        ? pair(bytes[(index + 1)...]) == nil : !(0x21...0x7e).contains(byte) || "\"<>[]^`{|}".utf8.contains(byte)
      if isFaulty { result += escape(byte) } else { result.append(byte) }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The names and values of a query or a form, not decoded.
  static func items(of query: Substring) -> [(name: Substring, value: Substring?)] {
    query.utf8.split(separator: UInt8(ascii: "&")).map { item in
      let parts = item.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      return (Substring(parts[0]), parts.count > 1 ? Substring(parts[1]) : nil)
    }
  }

  /// Escapes that are none stay as they are.
  static func decoded(_ text: Substring) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), let byte = pair(bytes[(index + 1)...]) {
        result.append(byte)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    byte.isLetterOrDigit || "-._~".utf8.contains(byte)
  }

  /// Every byte of a text is encoded but those that are kept.
  package static func encoded(_ text: String, keeping isKept: (UInt8) -> Bool) -> String {
    String(decoding: text.utf8.flatMap { isKept($0) ? [$0] : escape($0) }, as: UTF8.self)
  }

  private static let digits = Array("0123456789ABCDEF".utf8)

  private static func escape(_ byte: UInt8) -> [UInt8] {
    [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }

  /// The byte that two hexadecimal digits at the front stand for.
  private static func pair(_ bytes: ArraySlice<UInt8>) -> UInt8? {
    guard bytes.count >= 2, let high = bytes[bytes.startIndex].hexadecimalValue,
      let low = bytes[bytes.startIndex + 1].hexadecimalValue
    else { return nil }
    return high << 4 | low
  }
}
