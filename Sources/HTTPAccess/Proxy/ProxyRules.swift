import ImageModel

/// Which proxy leads to which host.
///
/// `--proxy` counts before the variables. Of these, `http_proxy` or `https_proxy` is taken by the scheme of the address,
/// else `all_proxy`; lower case before upper case. `no_proxy` counts for all of them. This machine's own loopback is
/// never asked for at a proxy.
public struct ProxyRules: Sendable {
  private var setting = Setting.variables
  private let variables: [String: String]
  private let exclusions: ProxyExclusions
  private let exclusionVariable: String?

  private enum Setting: Sendable {
    case variables
    case proxy(Proxy)
    case none
  }

  /// - Parameter variables: the variables of the process.
  public init(variables: [String: String]) {
    exclusionVariable = ["no_proxy", "NO_PROXY"].first { variables.value($0) != nil }
    exclusions = ProxyExclusions(parsing: exclusionVariable.flatMap { variables.value($0) } ?? "")
    // What a web server's scripts get from a request's `Proxy` header (CVE-2016-5385).
    let isScript = variables.value("REQUEST_METHOD") != nil
    self.variables = variables.filter { name, _ in
      Self.names.contains(name) && variables.value(name) != nil && !(isScript && name == "HTTP_PROXY")
    }
  }

  private static let names: Set<String> = [
    "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
  ]

  /// No proxy for any host.
  public static let none = ProxyRules(variables: [:])

  /// What `--proxy` says: this proxy for all hosts that `NO_PROXY` does not name.
  public mutating func use(_ proxy: Proxy) { setting = .proxy(proxy) }

  /// What `--proxy none` says.
  public mutating func useNone() { setting = .none }

  /// The proxy that leads to `origin`; nil where it is reached directly.
  ///
  /// - Throws: ``TransportError`` where a variable holds no address of a proxy.
  package func proxy(for origin: HTTPOrigin) throws(TransportError) -> Proxy? {
    try way(to: origin).proxy
  }

  /// How a host is reached, and what says so.
  public enum Way: Sendable, Hashable {
    case proxy(Proxy)
    /// No proxy is set for it.
    case direct
    /// A proxy is set, and this says that it is not for this host.
    case excluded(Provenance)
    /// A proxy is set, and it is never asked for this machine's own loopback.
    case loopback

    var proxy: Proxy? { if case .proxy(let proxy) = self { proxy } else { nil } }
  }

  /// - Throws: ``TransportError`` where a variable that counts holds no address of a proxy.
  package func way(to origin: HTTPOrigin) throws(TransportError) -> Way {
    if Self.isLoopback(origin.host) { return isSet(for: origin) ? .loopback : .direct }
    if exclusions.contain(host: origin.host, port: origin.port), let exclusionVariable {
      return isSet(for: origin) ? .excluded(.variable(exclusionVariable)) : .direct
    }
    if case .none = setting { return .excluded(.option("--proxy none")) }
    return try set(for: origin).map { .proxy($0) } ?? .direct
  }

  private func isSet(for origin: HTTPOrigin) -> Bool {
    switch setting {
    case .none: false
    case .proxy: true
    case .variables: names(for: origin).contains { variables[$0] != nil }
    }
  }

  private func names(for origin: HTTPOrigin) -> [String] {
    let name = "\(origin.scheme.rawValue)_proxy"
    return [name, name.uppercased(), "all_proxy", "ALL_PROXY"]
  }

  private func set(for origin: HTTPOrigin) throws(TransportError) -> Proxy? {
    switch setting {
    case .none: return nil
    case .proxy(let proxy): return proxy
    case .variables: break
    }
    for name in names(for: origin) {
      guard let text = variables[name] else { continue }
      guard let proxy = Proxy(parsing: text, source: .environment(variable: name)) else {
        throw TransportError(
          .proxy(ProxyFailure(proxy: nil, source: .environment(variable: name), host: origin.description, .malformed)))
      }
      return proxy
    }
    return nil
  }

  private static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host.hasSuffix(".localhost") || IPAddress(parsing: host)?.scope == .loopback
  }
}

extension ProxyRules: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "proxy rules" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension [String: String] {
  fileprivate func value(_ name: String) -> String? {
    self[name].flatMap { Proxy.trimmed($0).isEmpty ? nil : $0 }
  }
}
