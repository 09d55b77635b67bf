/// A block of addresses in CIDR notation (RFC 4632 §3.1): `10.0.0.0/8`, `fd00::/8`.
package struct AddressBlock: Sendable, Hashable {
  private let address: IPAddress
  private let length: Int

  package init?(parsing text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPAddress(parsing: String(parts[0])), parts[1].utf8.count <= 3,
      parts[1].utf8.allSatisfy(\.isDigit), let length = Int(parts[1]),
      length <= address.bytes.count * 8
    else { return nil }
    self.address = address
    self.length = length
  }

  package func contains(_ other: IPAddress) -> Bool {
    guard other.bytes.count == address.bytes.count else { return false }
    let whole = length / 8
    guard other.bytes[..<whole] == address.bytes[..<whole] else { return false }
    let rest = length % 8
    return rest == 0 || (other.bytes[whole] ^ address.bytes[whole]) >> (8 - rest) == 0
  }
}
