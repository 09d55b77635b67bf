/// Whom a registry's token challenge may send dray to, and who of them is told the password.
package struct RealmPolicy: Sendable {
  package enum Decision: Sendable, Hashable {
    /// Ask at this address, with the password.
    case sendCredentials(IPAddress)
    /// Ask at this address, without.
    case anonymousOnly(IPAddress)
    case refused(RegistryError.RealmRefusal)
  }

  /// Token services on other hosts, as the operators of these registries document them.
  private static let knownRealms: [String: Set<String>] = [
    "registry-1.docker.io": ["auth.docker.io"],
    "registry.gitlab.com": ["gitlab.com"],
    "nvcr.io": ["authn.nvidia.com"],
    "registry.redhat.io": ["sso.redhat.com"],
  ]

  /// Suffixes of two labels under which anybody may have a name: no common parent in them means anything.
  private static let sharedSuffixes: Set<String> = [
    "co.uk", "org.uk", "ac.uk", "gov.uk", "com.cn", "net.cn", "org.cn", "gov.cn", "edu.cn", "com.au", "net.au",
    "org.au", "co.jp", "ne.jp", "or.jp", "co.kr", "co.in", "co.nz", "co.za", "com.br", "com.mx", "com.tw", "com.hk",
    "com.sg", "com.tr", "com.ua", "com.ar", "github.io", "gitlab.io", "herokuapp.com", "vercel.app", "netlify.app",
    "pages.dev", "workers.dev", "fly.dev", "web.app", "amazonaws.com", "azurewebsites.net", "cloudfront.net",
    "appspot.com", "run.app", "duckdns.org", "ngrok.io", "nip.io", "sslip.io",
  ]

  private let registry: HTTPOrigin
  private let trustedHosts: Set<String>

  package init(registry: HTTPOrigin, trustedHosts: Set<String>) {
    self.registry = registry
    self.trustedHosts = Set(trustedHosts.map { $0.lowercased() })
  }

  /// What can be refused before the name system is asked.
  package func refusalWithoutAddresses(realm: HTTPOrigin) -> RegistryError.RealmRefusal? {
    if realm == registry { return nil }
    if registry.scheme == .https, realm.scheme == .http { return .unencrypted }
    // All digits and dots, or a hexadecimal number, and yet no address: some resolvers would take it for one.
    let isOdd = IPAddress(parsing: realm.host) == nil && Self.looksNumeric(realm.host)
    return isOdd ? .malformed : nil
  }

  private static func looksNumeric(_ host: String) -> Bool {
    guard let last = host.split(separator: ".").last else { return true }
    return last.hasPrefix("0x") || last.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  package func decision(
    realm: HTTPOrigin, registryAddresses: [IPAddress], realmAddresses: [IPAddress]
  ) -> Decision {
    if let refusal = refusalWithoutAddresses(realm: realm) { return .refused(refusal) }
    guard let pin = realmAddresses.first else { return .refused(.malformed) }
    let registryScopes = Set(registryAddresses.map(\.scope))
    guard realmAddresses.allSatisfy({ Self.isReachable($0.scope, from: registryScopes) }) else {
      return .refused(.privateAddress)
    }
    return mayHaveCredentials(realm) ? .sendCredentials(pin) : .anonymousOnly(pin)
  }

  /// A registry out in the world has no business with what is inside; a metadata service of a cloud is nobody's.
  private static func isReachable(_ scope: IPAddress.Scope, from registry: Set<IPAddress.Scope>) -> Bool {
    switch scope {
    case .global: true
    case .private, .loopback: !registry.isDisjoint(with: [.private, .loopback, .linkLocal])
    case .linkLocal: registry == [.linkLocal]
    case .none: false
    }
  }

  private func mayHaveCredentials(_ realm: HTTPOrigin) -> Bool {
    if realm == registry { return true }
    if trustedHosts.contains(realm.host) || trustedHosts.contains(realm.authority) {
      return realm.scheme == .https || registry.scheme == .http
    }
    // A registry on this machine, spoken to in the clear, with its token service beside it on another port.
    if registry.scheme == .http, realm.scheme == .http, realm.host == registry.host, Self.isLoopback(realm.host) {
      return true
    }
    guard realm.scheme == .https else { return false }
    return Self.knownRealms[registry.host]?.contains(realm.host) == true || sharesParent(realm.host)
  }

  private static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || IPAddress(parsing: host)?.scope == .loopback
  }

  /// Whether both hosts lie under the registry's parent domain of at least two labels.
  private func sharesParent(_ host: String) -> Bool {
    guard IPAddress(parsing: registry.host) == nil, let dot = registry.host.firstIndex(of: ".") else { return false }
    let parent = registry.host[registry.host.index(after: dot)...]
    guard parent.split(separator: ".").count >= 2, !Self.sharedSuffixes.contains(String(parent)) else { return false }
    return host == parent || host.hasSuffix("." + parent)
  }
}
