import ImageModel

/// How far an address reaches.
package enum AddressScope: Sendable, Hashable, CaseIterable {
  /// This machine: 127.0.0.0/8, `::1`.
  case loopback
  /// Only on the same wire: 169.254.0.0/16, `fe80::/10`. Clouds answer with secrets there (169.254.169.254).
  case linkLocal
  /// Inside an organisation or a provider: RFC 1918, RFC 4193, RFC 6598.
  case `private`
  /// The address of no one host: unspecified, multicast, reserved.
  case none
  case global
}

extension IPAddress {
  /// The scope of the address. Of an IPv6 address that stands for an IPv4 address, it is the latter's: that is where
  /// the packets go.
  package var scope: AddressScope {
    if bytes.count == 4 { return Self.scope(ofFour: bytes[0], bytes[1]) }
    if let four = embeddedFour { return Self.scope(ofFour: four[0], four[1]) }
    switch (bytes[0], bytes[1]) {
    case (0, 0) where bytes.dropLast().allSatisfy({ $0 == 0 }): return bytes[15] == 1 ? .loopback : .none
    case (0xfe, 0x80...0xbf): return .linkLocal
    // Site-local (RFC 3879) is what private addresses were before RFC 4193.
    case (0xfe, 0xc0...0xff), (0xfc...0xfd, _): return .private
    case (0xff, _): return .none
    default: return .global
    }
  }

  private static func scope(ofFour first: UInt8, _ second: UInt8) -> AddressScope {
    switch (first, second) {
    case (127, _): .loopback
    case (169, 254): .linkLocal
    case (10, _), (192, 168), (172, 16...31), (100, 64...127): .private
    case (0, _), (224...255, _): .none
    default: .global
    }
  }

  /// The IPv4 address that this IPv6 address carries.
  private var embeddedFour: [UInt8]? {
    let last = Array(bytes[12...])
    if bytes.starts(with: Self.mappedPrefix) { return last }
    // Compatible (RFC 4291 §2.5.5.1); the two lowest are the unspecified and the loopback address.
    if bytes[..<12].allSatisfy({ $0 == 0 }) { return last[..<3].allSatisfy({ $0 == 0 }) && last[3] <= 1 ? nil : last }
    // Translated (RFC 2765 §2.1).
    if bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0]) { return last }
    // NAT64 (RFC 6052 §2.1, RFC 8215).
    if bytes.starts(with: [0x00, 0x64, 0xff, 0x9b]) { return last }
    // 6to4 (RFC 3056 §2).
    if bytes.starts(with: [0x20, 0x02]) { return Array(bytes[2..<6]) }
    // Teredo (RFC 4380 §4), which inverts the client's address.
    if bytes.starts(with: [0x20, 0x01, 0, 0]) { return last.map { ~$0 } }
    return nil
  }
}
