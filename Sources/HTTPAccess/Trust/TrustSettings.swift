import ImageModel

/// Whose certificates are believed, and what dray shows of itself: for all hosts, and for single ones.
public struct TrustSettings: Sendable {
  /// The authorities of the machine.
  package var system = SystemAuthorities()
  /// What the folders of a host hold. They are looked at each time that it is asked.
  package var folders: @Sendable (HTTPOrigin) -> HostTrust = { _ in HostTrust() }
  /// PEM files whose certificates are trusted beside the system's.
  public var authorityFiles: [String] = []
  /// Hosts (`name` or `name:port`) whose certificates are not checked.
  public var unverifiedHosts: Set<String> = []
  /// What configuration files say about single hosts, beside their folders; by `host:port`.
  package var hosts: [String: HostTrust] = [:]

  public init() {}

  /// All that counts for one host.
  package func trust(for origin: HTTPOrigin) -> HostTrust {
    let folders = folders(origin)
    let named = hosts[origin.authority] ?? HostTrust()
    return HostTrust(
      authorityFiles: authorityFiles + named.authorityFiles + folders.authorityFiles,
      client: named.client ?? folders.client,
      isUnverified: named.isUnverified || unverifiedHosts.contains(origin.host)
        || unverifiedHosts.contains(origin.authority))
  }
}
