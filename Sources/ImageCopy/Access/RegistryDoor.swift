import HTTPAccess
import ImageModel
import MachineConfiguration
import NIOCore
import RegistryAuth
import RegistryClient
import Synchronization
import Waiting

/// Opens registries: decides how each is reached, and keeps one client for each place.
package final class RegistryDoor: Sendable {
  let access: RegistryAccess
  package let retrier: Retrier
  let transport: AsyncHTTPTransport
  /// The transport as clients use it.
  private let requests: AgentTransport
  let resolver: any AddressResolver
  let credentials: CredentialMemory
  private let silentRealms: SilentRealms
  private let clients: Mutex<BoundedTable<PullEndpoint, EndpointClient>>
  private let time: Stopwatch

  /// Clients that are kept, and for how long where refusals end: they know tokens and refused logins.
  private static let clientLimit = 256
  private static let clientLifetime = Duration.seconds(3600)

  /// - Parameter group: the threads of all connections.
  package init(
    _ access: RegistryAccess, registries: [RegistryName], retrier: Retrier = Retrier(now: WallClock.seconds),
    group: any EventLoopGroup = Workers.current.loops
  ) throws {
    self.access = access
    self.retrier = retrier
    time = Stopwatch(retrier.clock)
    clients = Mutex(
      BoundedTable(
        limit: Self.clientLimit, lifetime: access.login.refusalLifetime.map { max($0, Self.clientLifetime) }))
    let settings = access.transportSettings(registries: registries)
    do { try settings.checkAuthorityFiles() } catch { throw RegistryError(.network(error.reason)) }
    transport = AsyncHTTPTransport(settings, group: group)
    requests = AgentTransport(transport, settings, clock: retrier.clock)
    resolver = SystemAddressResolver(overrides: settings.addressOverrides)
    let login = access.login
    credentials = CredentialMemory(login.credentials, clock: retrier.clock, lifetime: login.refusalLifetime)
    silentRealms = SilentRealms(clock: retrier.clock, lifetime: login.refusalLifetime)
  }

  package func close() async throws {
    try await transport.shutdown()
  }

  /// Opens registries for as long as `body` runs, and closes all connections on every exit. A connection that cannot be
  /// closed in order is no failure of what was done over it.
  ///
  /// - Throws: `RegistryError` where a file of trusted certificates cannot be read; what `body` throws.
  package static func with<Result>(
    _ access: RegistryAccess, registries: [RegistryName], isolation: isolated (any Actor)? = #isolation,
    _ body: (RegistryDoor) async throws -> Result
  ) async throws -> Result {
    let door = try RegistryDoor(access, registries: registries)
    do {
      let result = try await body(door)
      try? await door.close()
      return result
    } catch {
      try? await door.close()
      throw error
    }
  }

  /// The client of the registry that a name means.
  ///
  /// - Throws: `RegistryError`; `CancellationError`.
  package func client(
    for registry: RegistryName, observe: @Sendable (PullWarning) -> Void
  ) async throws -> EndpointClient {
    try await client(
      for: PullEndpoint(registry: registry, repository: "", role: .origin, provenance: .reference), observe: observe)
  }

  /// The client of a place where an image can be asked for: one for each place, whatever the image.
  ///
  /// - Throws: `RegistryError`; `CancellationError`.
  package func client(
    for endpoint: PullEndpoint, observe: @Sendable (PullWarning) -> Void
  ) async throws -> EndpointClient {
    let place = access.following(endpoint.place)
    if let client = clients.withLock({ $0[place, at: time.elapsed] }) { return client }
    // The machine's configuration names its mirrors.
    if place.role != .origin { access.network.addressRule?.name(place.registry.host) }
    let scheme = try await scheme(of: place)
    guard let origin = HTTPOrigin(place.registry, scheme: scheme) else {
      throw RegistryError(.network(.nameNotFound(host: place.registry.description)))
    }
    if place.certificates != HostTrust() { transport.trust.set(place.certificates, for: origin) }
    let client = try client(place, at: origin)
    let (kept, isFirst) = clients.withLock { clients in
      let known = clients[place, at: time.elapsed]
      let kept = known ?? client
      if known == nil { clients[place, at: time.elapsed] = client }
      return (kept, kept === client)
    }
    if isFirst, scheme == .http, !place.registry.isLoopback || !access.saysPlainHTTP(place) {
      observe(.plainHTTP(host: place.registry.description))
    }
    return kept
  }

  /// HTTPS, unless the user asked for plain HTTP; a registry on this machine's own loopback may speak either, and so may
  /// one that configuration calls insecure.
  private func scheme(of place: PullEndpoint) async throws -> HTTPOrigin.Scheme {
    if access.standIn != nil { return .https }
    if access.saysPlainHTTP(place) { return .http }
    guard place.scheme != .https, place.scheme == .either || place.registry.isLoopback,
      let origin = HTTPOrigin(place.registry, scheme: .https)
    else { return .https }
    // Only what is called insecure is asked through a proxy what it speaks.
    guard place.scheme == .either || !transport.isProxied(origin) else { return .https }
    return try await RegistryError.wrapping {
      try await transport.speaksTLS(origin, unreachable: place.scheme == .found) ? .https : .http
    }
  }

  private func client(_ place: PullEndpoint, at origin: HTTPOrigin) throws -> EndpointClient {
    let isOrigin = place.role == .origin
    let requests: any HTTPTransport =
      if let standIn = access.standIn {
        standIn(place.registry)
      } else if origin.scheme == .http {
        PlainHTTPTransport(requests, registry: origin) { [transport] in
          try await transport.speaksTLS($0, unreachable: false)
        }
      } else { requests }
    var retrier = retrier
    if !isOrigin { retrier.policy = .mirror }
    let authenticator: Authenticator
    do {
      authenticator = try Authenticator(
        registry: origin, registryName: place.credentialKey, credentials: credentials, transport: requests,
        resolver: resolver, silentRealms: silentRealms, settings: isOrigin ? access.login : access.login.ofMirror,
        now: retrier.now, clock: retrier.clock)
    } catch { throw RegistryError(error) }
    let endpoint = RegistryEndpoint(
      origin: origin, apiPath: place.apiPath, headers: place.headers, namespace: place.namespace)
    return EndpointClient(
      endpoint: endpoint, transport: requests, authenticator: authenticator, retrier: retrier)
  }
}
