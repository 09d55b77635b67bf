/// Which proxy leads to which host.
///
/// `--proxy` counts before the variables. Of these, `http_proxy` or `https_proxy` is taken by the scheme of the address,
/// else `all_proxy`; lower case before upper case. `no_proxy` counts for all of them. This machine's own loopback is
/// never asked for at a proxy.
public struct ProxyRules: Sendable {
  private var setting = Setting.variables
  private let variables: [String: String]
  private let exclusions: ProxyExclusions

  private enum Setting: Sendable {
    case variables
    case proxy(Proxy)
    case none
  }

  /// - Parameter variables: the variables of the process.
  public init(variables: [String: String]) {
    let names = ["no_proxy", "NO_PROXY"]
    exclusions = ProxyExclusions(parsing: names.lazy.compactMap { variables.value($0) }.first ?? "")
    // What a web server's scripts get from a request's `Proxy` header (CVE-2016-5385).
    let isScript = variables.value("REQUEST_METHOD") != nil
    self.variables = variables.filter { name, value in
      Self.names.contains(name) && !value.isEmpty && !(isScript && name == "HTTP_PROXY")
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
  /// - Throws: ``RegistryError`` where a variable holds no address of a proxy.
  package func proxy(for origin: HTTPOrigin) throws(RegistryError) -> Proxy? {
    guard !Self.isLoopback(origin.host), !exclusions.contain(host: origin.host, port: origin.port) else { return nil }
    switch setting {
    case .none: return nil
    case .proxy(let proxy): return proxy
    case .variables: break
    }
    let scheme = origin.scheme.rawValue
    for name in ["\(scheme)_proxy", "\(scheme)_proxy".uppercased(), "all_proxy", "ALL_PROXY"] {
      guard let text = variables[name] else { continue }
      guard let proxy = Proxy(parsing: text, source: .environment(variable: name)) else {
        throw RegistryError(
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
    self[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}
