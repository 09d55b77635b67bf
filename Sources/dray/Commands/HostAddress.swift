#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// An address that a host name is to have for this run: `harbor.example.com=10.0.0.7`.
struct HostAddress: Sendable, Hashable {
  /// Lower-cased.
  let host: String
  /// An IPv4 or IPv6 address, without brackets.
  let address: String

  init(parsing text: String) throws(UsageError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else { throw .resolve(text) }
    let address =
      parts[1].hasPrefix("[") && parts[1].hasSuffix("]") ? String(parts[1].dropFirst().dropLast()) : parts[1]
    guard Self.isName(parts[0]), Self.isAddress(address) else { throw .resolve(text) }
    (host, self.address) = (parts[0].lowercased(), address)
  }

  private static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  private static func isAddress(_ text: String) -> Bool {
    var ipv4 = in_addr()
    var ipv6 = in6_addr()
    return inet_pton(AF_INET, text, &ipv4) == 1 || inet_pton(AF_INET6, text, &ipv6) == 1
  }
}
