/// Why a proxy did not lead to a host. It names the proxy without its user information.
public struct ProxyFailure: Sendable, Hashable {
  /// Scheme, host and port of the proxy; nil where none could be read, or where one that nobody named answers.
  public let proxy: String?
  /// Where the proxy was named.
  public let source: Proxy.Source?
  /// What was to be reached through it.
  public let host: String
  public let reason: Reason

  public enum Reason: Sendable, Hashable {
    /// The setting is no address of a proxy, or of one of a kind that is not spoken.
    case malformed
    /// No connection to the proxy itself.
    case unreachable(Obstacle)
    /// The name of the proxy could not be looked up, and what each name server did.
    case nameLookupFailed(detail: String, servers: [NameServerFinding])
    /// 407, or the like of SOCKS, and no password is known.
    case loginRequired
    /// 407, or the like of SOCKS, to the password that is known.
    case loginRefused
    /// 407 with challenges that dray cannot answer: their schemes.
    case loginUnsupported(schemes: String)
    /// The proxy does not lead there: its HTTP status.
    case refused(status: Int)
    /// The proxy could not reach the host: its HTTP status.
    case gateway(status: Int)
    /// A SOCKS reply (RFC 1928 §6).
    case socks(code: UInt8)
    /// No way through the proxy within this many seconds.
    case noAnswer(seconds: Int)
    /// The proxy ended the connection before it led anywhere.
    case lost
    /// No trustworthy TLS connection to the proxy.
    case tls(TLSFailure)
    /// What answered is no proxy of this kind.
    case notProxy
  }

  /// Why no connection to the proxy itself came about.
  public enum Obstacle: Sendable, Hashable {
    case nameNotFound
    case nameWithoutAddress
    case nameLookupFailed(detail: String)
    case refused
    case timeout
    case lost
    case failed(detail: String)
  }

  package init(proxy: Proxy?, source: Proxy.Source?, host: String, _ reason: Reason) {
    self.proxy = proxy?.description
    self.source = source
    self.host = host
    self.reason = reason
  }

  package init(_ proxy: Proxy, host: String, _ reason: Reason) {
    self.init(proxy: proxy, source: proxy.source, host: host, reason)
  }

  /// Whether the same request may succeed a little later.
  var isTransient: Bool {
    switch reason {
    case .gateway, .noAnswer, .lost: true
    // General failure, network and host unreachable, connection refused, time to live expired.
    case .socks(let code): [1, 3, 4, 5, 6].contains(code)
    default: false
    }
  }
}
