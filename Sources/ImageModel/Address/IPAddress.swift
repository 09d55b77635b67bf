/// An IPv4 or IPv6 address. Only the plain forms are read: what some readers take for an address (`0x7f.1`,
/// `2130706433`, `0177.0.0.1`) is none here, nor is one with a zone.
package struct IPAddress: Sendable, Hashable {
  /// In network byte order: 4 or 16.
  package let bytes: [UInt8]

  package init?(bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = bytes
  }

  /// Reads four decimal numbers (RFC 3986 §3.2.2, IPv4address) or an IPv6 address (RFC 4291 §2.2), without brackets.
  package init?(parsing text: String) {
    guard text.utf8.count <= 45, let bytes = Self.four(text[...]) ?? Self.six(text) else { return nil }
    self.bytes = bytes
  }

  private static func four(_ text: Substring) -> [UInt8]? {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      guard (1...3).contains(part.count), part.allSatisfy(\.isDigit),
        part.count == 1 || part.first != 0x30, let byte = UInt8(Substring(part))
      else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  private static func six(_ text: String) -> [UInt8]? {
    var front: [UInt8] = []
    var back: [UInt8]?
    var groups = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)[...]
    guard groups.count >= 3, groups.count <= 9 else { return nil }
    // A leading or trailing "::" leaves one empty group too many.
    if groups.first?.isEmpty == true {
      groups.removeFirst()
      guard groups.first?.isEmpty == true else { return nil }
    }
    if groups.last?.isEmpty == true {
      groups.removeLast()
      guard groups.last?.isEmpty == true else { return nil }
    }
    for (index, group) in groups.enumerated() {
      if group.isEmpty {
        guard back == nil else { return nil }
        back = []
        continue
      }
      let isLast = index == groups.count - 1
      guard let bytes = hexadecimal(group) ?? (isLast ? four(Substring(group)) : nil) else { return nil }
      if back == nil { front += bytes } else { back? += bytes }
    }
    guard let back else { return front.count == 16 ? front : nil }
    let gap = 16 - front.count - back.count
    return gap >= 2 ? front + [UInt8](repeating: 0, count: gap) + back : nil
  }

  private static func hexadecimal(_ group: Substring.UTF8View) -> [UInt8]? {
    guard group.count <= 4, group.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
      let value = UInt16(Substring(group), radix: 16)
    else { return nil }
    return [UInt8(value >> 8), UInt8(value & 0xff)]
  }
}

extension IPAddress: CustomStringConvertible {
  /// As RFC 5952 writes it: lower case, the longest run of zero groups as `::`, an embedded IPv4 address in its own form
  /// where it is mapped.
  package var description: String {
    if bytes.count == 4 { return Self.dotted(bytes[...]) }
    if bytes.starts(with: Self.mappedPrefix) { return "::ffff:" + Self.dotted(bytes[12...]) }
    let groups = (0..<8).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
    let zeros = Self.longestZeros(groups)
    let text = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
    return zeros.count < 2
      ? text(groups[...]) : text(groups[..<zeros.lowerBound]) + "::" + text(groups[zeros.upperBound...])
  }

  package static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

  private static func dotted(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.map { String($0) }.joined(separator: ".")
  }

  /// The first of the longest runs.
  private static func longestZeros(_ groups: [UInt16]) -> Range<Int> {
    var longest = 0..<0
    var start = 0
    for (index, group) in groups.enumerated() {
      guard group == 0 else {
        start = index + 1
        continue
      }
      if index + 1 - start > longest.count { longest = start..<index + 1 }
    }
    return longest
  }
}
