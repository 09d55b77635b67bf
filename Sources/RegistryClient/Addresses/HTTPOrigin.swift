/// Scheme, host and port: whatever differs in one of them is another place, with other rights (RFC 9110 §4.3.1).
package struct HTTPOrigin: Sendable, Hashable, CustomStringConvertible {
  package enum Scheme: String, Sendable, Hashable {
    case http, https

    var defaultPort: Int { self == .http ? 80 : 443 }
  }

  package let scheme: Scheme
  /// In lower case; an IPv6 address without its brackets.
  package let host: String
  package let port: Int

  /// - Parameter host: a name or an address; an IPv6 address may stand in brackets. Nothing that a reader could take
  ///   for another host: no percent signs, no user information, nothing but ASCII.
  package init?(scheme: Scheme, host: String, port: Int?) {
    guard let port = Optional(port ?? scheme.defaultPort), (1...65_535).contains(port) else { return nil }
    let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    if bare.contains(":") || bare != host {
      guard let address = IPAddress(parsing: bare) else { return nil }
      self.host = address.description
    } else {
      let isHost = bare.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
          true
        default: false
        }
      }
      guard isHost, !bare.isEmpty, bare.utf8.count <= 253, !bare.hasPrefix("-"), !bare.hasPrefix(".") else {
        return nil
      }
      self.host = bare.lowercased()
    }
    self.scheme = scheme
    self.port = port
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
    guard digits.count <= 5, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits) else {
      return .none
    }
    return .some(port)
  }

  private var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }

  /// `host:port`, always with the port.
  package var authority: String { "\(bracketedHost):\(port)" }

  /// As it stands in an address, without a default port.
  package var description: String {
    let suffix = port == scheme.defaultPort ? "" : ":\(port)"
    return "\(scheme.rawValue)://\(bracketedHost)\(suffix)"
  }
}
