import HTTPAccess
import ImageModel

/// Whom a registry's token challenge may send dray to, and who of them is told the password.
///
/// The password goes to
/// - the registry's own origin;
/// - over HTTPS, to the registry's own host on another port, to the token service that the operator of a known registry
///   documents (``KnownRealms``), to a host under the registry's own parent domain (``ParentDomain``), and to a host that
///   the user named;
/// - over plain HTTP only on this machine: where registry and realm are one loopback host, both in the clear, as test
///   registries are set up, or where the user named the realm.
///
/// A realm at an address that is not of the open internet is asked only by a registry that is not on it either; one at a
/// link-local address, where clouds keep their metadata service, only by a registry at such an address. The user's word
/// for a host is about the password, and does not change this.
package struct RealmPolicy: Sendable {
  /// What was decided. The address is the one that was checked: connect to no other. It is nil where a proxy looks the
  /// name up.
  package enum Decision: Sendable, Hashable {
    /// Ask at this address, with the password.
    case sendCredentials(IPAddress?)
    /// Ask at this address, without.
    case anonymousOnly(IPAddress?)
    case refused(RealmRefusal)
  }

  private let registry: HTTPOrigin
  private let trustedHosts: Set<String>

  /// - Parameter trustedHosts: what the user named as token services: `host`, whatever its port, or `host:port`.
  package init(registry: HTTPOrigin, trustedHosts: Set<String>) {
    self.registry = registry
    self.trustedHosts = Set(trustedHosts.map { $0.lowercased() })
  }

  /// What can be refused before the name system is asked.
  package func refusalWithoutAddresses(realm: HTTPOrigin) -> RealmRefusal? {
    registry.scheme == .https && realm.scheme == .http ? .unencrypted : nil
  }

  /// - Parameters:
  ///   - registryAddresses: all addresses of the registry; none where they are not known.
  ///   - realmAddresses: all addresses of the realm, best first.
  package func decision(
    realm: HTTPOrigin, registryAddresses: [IPAddress], realmAddresses: [IPAddress]
  ) -> Decision {
    guard let pin = realmAddresses.first else { return .refused(.malformed) }
    if realm == registry { return .sendCredentials(pin) }
    if let refusal = refusalWithoutAddresses(realm: realm) { return .refused(refusal) }
    let registryScopes = Set(registryAddresses.map(\.scope))
    guard realmAddresses.allSatisfy({ Self.isReachable($0.scope, from: registryScopes) }) else {
      return .refused(.privateAddress)
    }
    let areBothHere = realmAddresses.allSatisfy { $0.scope == .loopback } && registryScopes == [.loopback]
    return mayHaveCredentials(realm, areBothHere: areBothHere) ? .sendCredentials(pin) : .anonymousOnly(pin)
  }

  /// The decision about a realm behind a proxy: where its name leads, the proxy says, so only an address can be judged.
  package func decision(behindProxy realm: HTTPOrigin) -> Decision {
    if let refusal = refusalWithoutAddresses(realm: realm) { return .refused(refusal) }
    if let address = IPAddress(parsing: realm.host) {
      let own = IPAddress(parsing: registry.host).map { [$0] } ?? []
      return decision(realm: realm, registryAddresses: own, realmAddresses: [address])
    }
    return mayHaveCredentials(realm, areBothHere: false) ? .sendCredentials(nil) : .anonymousOnly(nil)
  }

  /// One global address is enough to make a registry one of the open internet: else a name with a private address
  /// beside it would open the private network to its realm.
  private static func isReachable(_ scope: AddressScope, from registry: Set<AddressScope>) -> Bool {
    switch scope {
    case .global: true
    case .private, .loopback: !registry.isEmpty && registry.isSubset(of: [.private, .loopback, .linkLocal])
    case .linkLocal: registry == [.linkLocal]
    case .none: false
    }
  }

  private func mayHaveCredentials(_ realm: HTTPOrigin, areBothHere: Bool) -> Bool {
    let isNamed = trustedHosts.contains(realm.host) || trustedHosts.contains(realm.authority)
    guard realm.scheme == .https else { return areBothHere && (isNamed || realm.host == registry.host) }
    return isNamed || realm.host == registry.host || KnownRealms.isKnown(realm.host, of: registry.host)
      || ParentDomain(of: registry.host)?.contains(realm.host) == true
  }
}
