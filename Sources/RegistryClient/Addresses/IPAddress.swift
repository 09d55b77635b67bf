#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An IPv4 or IPv6 address. Only the plain forms are read: what some readers take for an address (`0x7f.1`,
/// `2130706433`) is none here.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
  /// In network byte order: 4 or 16.
  package let bytes: [UInt8]

  package init?(bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = bytes
  }

  package init?(parsing text: String) {
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      bytes = withUnsafeBytes(of: &four) { Array($0) }
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      bytes = withUnsafeBytes(of: &six) { Array($0) }
    } else {
      return nil
    }
  }

  package var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let family = bytes.count == 4 ? AF_INET : AF_INET6
    bytes.withUnsafeBytes { _ = inet_ntop(family, $0.baseAddress, &text, socklen_t(INET6_ADDRSTRLEN)) }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// How far an address reaches.
  package enum Scope: Sendable, Hashable {
    case loopback
    /// Only on the same wire; clouds answer with secrets there (169.254.169.254).
    case linkLocal
    /// RFC 1918, RFC 4193, RFC 6598.
    case `private`
    /// No address of one host: unspecified, multicast, broadcast.
    case none
    case global
  }

  package var scope: Scope {
    bytes.count == 4 ? Self.scope(four: bytes[...]) : Self.scope(six: bytes)
  }

  private static func scope(four: ArraySlice<UInt8>) -> Scope {
    let address = Array(four)
    switch (address[0], address[1]) {
    case (127, _): return .loopback
    case (169, 254): return .linkLocal
    case (10, _), (192, 168), (172, 16...31), (100, 64...127): return .private
    case (0, _), (224...255, _): return .none
    default: return .global
    }
  }

  private static func scope(six: [UInt8]) -> Scope {
    let zeros = six.prefix { $0 == 0 }.count
    if zeros == 16 { return .none }
    if zeros == 15, six[15] == 1 { return .loopback }
    // An IPv4 address inside: mapped (RFC 4291 §2.5.5.2), compatible, NAT64 (RFC 6052), 6to4 (RFC 3056).
    if zeros >= 10, six[10] == 0xff, six[11] == 0xff { return scope(four: six[12...]) }
    if zeros >= 12 { return scope(four: six[12...]) }
    if six.starts(with: [0x00, 0x64, 0xff, 0x9b]) { return scope(four: six[12...]) }
    if six[0] == 0x20, six[1] == 0x02 { return scope(four: six[2..<6]) }
    if six[0] == 0xfe, six[1] & 0xc0 == 0x80 { return .linkLocal }
    if six[0] & 0xfe == 0xfc { return .private }
    if six[0] == 0xff { return .none }
    return .global
  }
}
