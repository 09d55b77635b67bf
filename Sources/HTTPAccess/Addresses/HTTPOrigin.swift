import ImageModel

/// Scheme, host and port: whatever differs in one of them is another place, with other rights (RFC 9110 §4.3.1).
package struct HTTPOrigin: Sendable, Hashable, CustomStringConvertible {
  package enum Scheme: String, Sendable, Hashable {
    case http, https

    package var defaultPort: Int { self == .http ? 80 : 443 }
  }

  package let scheme: Scheme
  /// In lower case; an IPv6 address without its brackets.
  package let host: String
  package let port: Int

  /// - Parameter host: a name or an address; an IPv6 address may stand in brackets. Nothing that a reader could take
  ///   for another host: no percent signs, no user information, nothing but ASCII, and no number that some resolvers
  ///   take for an IPv4 address (`0x7f.1`, `2130706433`).
  package init?(scheme: Scheme, host: String, port: Int?) {
    let port = port ?? scheme.defaultPort
    guard (1...65_535).contains(port), let host = Self.address(host) ?? Self.name(host) else { return nil }
    self.scheme = scheme
    self.host = host
    self.port = port
  }

  /// An IPv6 address in its one form: two ways to write it are one host.
  private static func address(_ host: String) -> String? {
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    let bare = isBracketed ? String(host.dropFirst().dropLast()) : host
    guard bare.utf8.contains(UInt8(ascii: ":")) else { return nil }
    return IPAddress(parsing: bare)?.description
  }

  private static func name(_ host: String) -> String? {
    // Bytes first: lower-casing turns some letters beyond ASCII into ASCII.
    guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy(isNameByte) else { return nil }
    let host = host.lowercased()
    var labels = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    // The dot of a fully qualified name.
    if labels.count > 1, labels.last?.isEmpty == true { labels.removeLast() }
    guard labels.allSatisfy({ !$0.isEmpty && $0.count <= 63 && $0.first != UInt8(ascii: "-") }) else { return nil }
    guard IPAddress(parsing: host) == nil, let last = labels.last else { return host }
    let isNumber = last.starts(with: "0x".utf8) || last.allSatisfy { $0.isDigit }
    return isNumber ? nil : host
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte.isLetterOrDigit || "-._".utf8.contains(byte)
  }

  /// Reads `host`, `host:port` or `[address]:port`.
  init?(scheme: Scheme, authority: Substring) {
    guard !authority.contains("@") else { return nil }
    if authority.hasPrefix("[") {
      guard let close = authority.firstIndex(of: "]") else { return nil }
      let rest = authority[authority.index(after: close)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
      guard let port = Self.port(rest) else { return nil }
      self.init(scheme: scheme, host: String(authority[...close]), port: port)
    } else {
      let colon = authority.firstIndex(of: ":") ?? authority.endIndex
      guard let port = Self.port(authority[colon...]) else { return nil }
      self.init(scheme: scheme, host: String(authority[..<colon]), port: port)
    }
  }

  /// `.some(nil)` where no port is given, nil where it is not one.
  private static func port(_ text: Substring) -> Int?? {
    let digits = text.dropFirst()
    guard !digits.isEmpty else { return .some(nil) }
    guard digits.count <= 5, digits.utf8.allSatisfy(\.isDigit), let port = Int(digits) else {
      return .none
    }
    return .some(port)
  }

  private var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }

  /// `host:port`, always with the port.
  package var authority: String { "\(bracketedHost):\(port)" }

  /// As it stands in a `Host` field, without a default port (RFC 9110 §7.2).
  package var hostField: String { port == scheme.defaultPort ? bracketedHost : authority }

  /// As it stands in an address, without a default port.
  package var description: String { "\(scheme.rawValue)://\(hostField)" }
}
