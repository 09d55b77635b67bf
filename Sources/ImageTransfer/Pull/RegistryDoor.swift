import ImageModel
import NIOPosix
import RegistryClient
import Synchronization

/// Opens registries: decides how each is reached, and keeps one client for each.
package final class RegistryDoor: Sendable {
  private let access: RegistryAccess
  private let retrier: Retrier
  private let transport: AsyncHTTPTransport
  private let resolver: any AddressResolver
  private let clients = Mutex<[RegistryName: RegistryClient]>([:])

  package init(_ access: RegistryAccess, registries: [RegistryName], retrier: Retrier) throws {
    self.access = access
    self.retrier = retrier
    var settings = TransportSettings()
    settings.trust.roots = access.configuration
    settings.trust.authorityFiles = access.authorityFiles
    settings.proxies = access.proxies
    settings.addressOverrides = access.addressOverrides
    settings.connectTimeout = access.connectTimeout
    settings.stallTimeout = access.stallTimeout
    settings.connectionsPerHost = access.connections
    if access.skipsVerification {
      settings.trust.unverifiedHosts = Set(
        registries.compactMap { RegistryEndpoint($0, scheme: .https)?.origin.authority })
    }
    try settings.checkAuthorityFiles()
    transport = AsyncHTTPTransport(settings)
    resolver = SystemAddressResolver(overrides: access.addressOverrides)
  }

  package func close() async throws {
    try await transport.shutdown()
  }

  /// - Throws: `RegistryError`; `CancellationError`.
  package func client(
    for registry: RegistryName, observe: @Sendable (PullWarning) -> Void
  ) async throws -> RegistryClient {
    if let client = clients.withLock({ $0[registry] }) { return client }
    let scheme = try await scheme(of: registry)
    guard let endpoint = RegistryEndpoint(registry, scheme: scheme) else {
      throw RegistryError(.nameNotFound(host: registry.description))
    }
    if scheme == .http, !registry.isLoopback || !access.usesPlainHTTP {
      observe(.plainHTTP(host: registry.description))
    }
    let client = try client(endpoint, name: registry)
    return clients.withLock { clients in
      let kept = clients[registry] ?? client
      clients[registry] = kept
      return kept
    }
  }

  /// HTTPS, unless the user asked for plain HTTP; a registry on this machine's own loopback may speak either.
  private func scheme(of registry: RegistryName) async throws -> HTTPOrigin.Scheme {
    if access.usesPlainHTTP { return .http }
    guard registry.isLoopback, let endpoint = RegistryEndpoint(registry, scheme: .https) else { return .https }
    return try await transport.speaksTLS(endpoint.origin) ? .https : .http
  }

  private func client(_ endpoint: RegistryEndpoint, name: RegistryName) throws -> RegistryClient {
    var settings = AuthenticationSettings(now: retrier.now)
    settings.trustedRealmHosts = access.trustedRealmHosts
    settings.usesHarborSession = access.usesHarborSession
    settings.userAgent = access.userAgent
    if let realm = access.realm {
      guard let url = AbsoluteURL(parsing: realm) else {
        throw RegistryError(.realmRefused(realm: realm, .malformed))
      }
      settings.realmOverride = url
    }
    let authenticator = Authenticator(
      registry: endpoint.origin, registryName: name.description, credentials: access.credentials,
      prompt: access.prompt, transport: transport, resolver: resolver, settings: settings, clock: retrier.clock)
    return RegistryClient(
      endpoint: endpoint, transport: transport, authenticator: authenticator, retrier: retrier,
      userAgent: access.userAgent)
  }
}
