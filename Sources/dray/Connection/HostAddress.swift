import DrayMessages
import FileAccess
import HTTPAccess
import ImageModel
import RegistryClient

/// An address that a host name is to have for this run: `harbor.example.com=10.0.0.7`, or, of one port alone,
/// `harbor.example.com:443=127.0.0.1:8443`.
struct HostAddress: Sendable, Hashable {
  /// Lower-cased.
  let host: String
  /// An IPv4 or IPv6 address, without brackets.
  let address: String
  /// A port of the host, and the one at the address that stands for it.
  let ports: Ports?

  struct Ports: Sendable, Hashable {
    let far, near: Int
  }

  init(parsing text: String) throws(UsageError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let name = Self.split(parts[0]), let address = Self.split(parts[1]),
      Self.isName(name.host), Self.isAddress(address.host)
    else { throw .resolve(text) }
    (host, self.address) = (name.host.lowercased(), address.host)
    switch (name.port, address.port) {
    case (nil, nil): ports = nil
    case (let far?, let near): ports = Ports(far: far, near: near ?? far)
    case (nil, _?): throw .resolve(text)
    }
  }

  func apply(to overrides: inout AddressOverrides) {
    if let ports {
      overrides.connect(host, port: ports.far, to: address, port: ports.near)
    } else {
      overrides.connect(host, to: address)
    }
  }

  /// Divides `host:port`. An IPv6 address with a port has brackets, and without one it may.
  private static func split(_ text: String) -> (host: String, port: Int?)? {
    let host: Substring
    let rest: Substring
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      host = text[text.index(after: text.startIndex)..<end]
      rest = text[text.index(after: end)...]
    } else if let colon = text.firstIndex(of: ":"), colon == text.lastIndex(of: ":") {
      (host, rest) = (text[..<colon], text[colon...])
    } else {
      (host, rest) = (text[...], "")
    }
    guard !rest.isEmpty else { return (String(host), nil) }
    let digits = rest.dropFirst()
    guard rest.first == ":", digits.utf8.count <= 5, digits.utf8.allSatisfy(\.isDigit),
      let port = Int(digits), (1...65_535).contains(port)
    else { return nil }
    return (String(host), port)
  }

  private static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0.isLetterOrDigit || ".-".utf8.contains($0) }
  }

  private static func isAddress(_ text: String) -> Bool {
    var ipv4 = in_addr()
    var ipv6 = in6_addr()
    return inet_pton(AF_INET, text, &ipv4) == 1 || inet_pton(AF_INET6, text, &ipv6) == 1
  }
}
