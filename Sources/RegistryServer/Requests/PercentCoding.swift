/// Percent-decoding of the parts of a request's target (RFC 3986, section 2.1).
enum PercentCoding {
  /// The text; nil where a `%` is followed by no two digits, or what comes out is no text: not UTF-8, or with a control
  /// character in it.
  ///
  /// - Parameter isForm: whether `+` is a blank, as in the query of a form.
  static func decode(_ text: some StringProtocol, isForm: Bool = false) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var rest = text.utf8.makeIterator()
    while let byte = rest.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else { return nil }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where isForm: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  /// A path, component by component; nil where one of them would become several, or lead out of what stands before it.
  static func path(_ text: some StringProtocol) -> String? {
    var components: [String] = []
    for part in text.split(separator: "/", omittingEmptySubsequences: false) {
      guard let component = decode(part), component != "..", !component.contains(where: { $0 == "/" || $0 == "\\" })
      else { return nil }
      components.append(component)
    }
    return components.joined(separator: "/")
  }

  /// The names and values of a query, in their order; nil where a part of it cannot be decoded.
  static func query(_ text: some StringProtocol) -> [(name: String, value: String)]? {
    var pairs: [(name: String, value: String)] = []
    for part in text.split(separator: "&") {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = decode(sides[0], isForm: true),
        let value = sides.count == 2 ? decode(sides[1], isForm: true) : ""
      else { return nil }
      pairs.append((name, value))
    }
    return pairs
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
