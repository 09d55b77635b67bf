/// A proxy, and where it was named. It never prints its password.
public struct Proxy: Sendable, Hashable {
  /// How the proxy is spoken to.
  public enum Scheme: String, Sendable, Hashable {
    case http, https
    /// SOCKS 5 (RFC 1928). The proxy looks names up, whatever the address calls it (`socks5h`).
    case socks5

    package var defaultPort: Int {
      switch self {
      case .http: 80
      case .https: 443
      case .socks5: 1080
      }
    }
  }

  /// Where the setting came from.
  public enum Source: Sendable, Hashable {
    case commandLine
    case environment(variable: String)
  }

  public let scheme: Scheme
  public let host: String
  public let port: Int
  public let source: Source
  let login: Login?

  struct Login: Sendable, Hashable {
    let username: String
    let password: String
  }

  /// Reads `[scheme://][user[:password]@]host[:port]`; without a scheme it is an HTTP proxy. What stands in the user
  /// information is percent-decoded; blanks around it count for nothing.
  ///
  /// - Returns: nil where this is no such address, or one of a kind that is not spoken (SOCKS 4).
  public init?(parsing text: String, source: Source) {
    let text = Self.trimmed(text)
    var rest = text
    var scheme = Scheme.http
    if let mark = text.firstRange(of: "://") {
      switch text[..<mark.lowerBound].lowercased() {
      case "http": scheme = .http
      case "https": scheme = .https
      case "socks5", "socks5h": scheme = .socks5
      default: return nil
      }
      rest = text[mark.upperBound...]
    }
    rest = rest[..<(rest.utf8.firstIndex { "/?#".utf8.contains($0) } ?? rest.endIndex)]
    var login: Login?
    if let at = rest.utf8.lastIndex(of: UInt8(ascii: "@")) {
      let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      login = Login(
        username: PercentEncoding.decoded(parts[0]),
        password: parts.count > 1 ? PercentEncoding.decoded(parts[1]) : "")
      rest = rest[rest.utf8.index(after: at)...]
    }
    guard let place = HostAndPort(parsing: rest) else { return nil }
    // RFC 1929 counts both in one byte, and Basic ends the name at its first colon.
    if let login {
      guard !login.username.isEmpty, !login.username.contains(":") || scheme == .socks5 else { return nil }
      if scheme == .socks5, !(1...255).contains(login.username.utf8.count) || login.password.utf8.count > 255 {
        return nil
      }
    }
    self.scheme = scheme
    host = place.host
    port = place.port ?? scheme.defaultPort
    self.source = source
    self.login = login
  }

  /// Without the blanks and line ends that a setting may have around it.
  static func trimmed(_ text: String) -> Substring {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0.isNewline }
    let start = text.drop(while: isBlank)
    return start.lastIndex { !isBlank($0) }.map { start[...$0] } ?? ""
  }

  /// The place whose certificate is checked, where TLS is spoken with the proxy.
  var origin: HTTPOrigin? { scheme == .https ? HTTPOrigin(scheme: .https, host: host, port: port) : nil }

  /// `host:port`, as a place to open a plain connection to.
  var authority: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }

  var authorization: String? {
    login.map { BasicCredentials.value(username: $0.username, password: $0.password) }
  }
}

extension Proxy: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The address without its user information.
  public var description: String { "\(scheme.rawValue)://\(authority)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// `host`, `host:port`, `[address]:port`: as HTTP has it, and never a number that only some take for an address.
struct HostAndPort: Sendable, Hashable {
  let host: String
  let port: Int?

  init?(parsing text: Substring) {
    guard let first = HTTPOrigin(scheme: .http, authority: text),
      let second = HTTPOrigin(scheme: .https, authority: text)
    else { return nil }
    host = first.host
    // Two schemes agree on a port only where one is named.
    port = first.port == second.port ? first.port : nil
  }
}
