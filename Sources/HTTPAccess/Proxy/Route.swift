/// The way to a host.
enum Route: Sendable, Hashable {
  case direct
  /// The proxy is told each request (RFC 9112 §3.2.2): plain HTTP through an HTTP proxy.
  case forward(Proxy)
  /// The proxy is asked once for a connection to the host.
  case tunnel(Proxy)

  /// - Throws: ``TransportError`` where a variable holds no address of a proxy.
  init(to origin: HTTPOrigin, by rules: ProxyRules) throws(TransportError) {
    guard let proxy = try rules.proxy(for: origin) else {
      self = .direct
      return
    }
    self = origin.scheme == .http && proxy.scheme != .socks5 ? .forward(proxy) : .tunnel(proxy)
  }

  var proxy: Proxy? {
    switch self {
    case .direct: nil
    case .forward(let proxy), .tunnel(let proxy): proxy
    }
  }

  var isForward: Bool {
    if case .forward = self { true } else { false }
  }
}
