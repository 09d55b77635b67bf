import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// The transport on async-http-client: HTTP/1.1 only, so that each transfer has a connection to itself; redirects
/// and decompression off, because both are decisions of this package.
///
/// To that client a way through a proxy is a plain connection to the proxy: ``Tunnel`` and ``ForwardingHandler`` prepare it
/// before it counts as open. So there is one client for each proxy and host.
package final class AsyncHTTPTransport: HTTPTransport {
  /// Bytes read from a socket at once: large enough that the cost of a system call does not show.
  static let readSize = 256 * 1024

  let settings: TransportSettings
  let group: any EventLoopGroup
  package let trust: TrustStore
  private let direct: HostClients
  /// For ports that have an address of their own: the library below knows addresses by host only.
  private let nearEnds: [AddressOverrides.Place: LaneClients]
  private let proxied = Mutex<[Way: LaneClients]>([:])
  private let idle = IdleConnections()
  private let limit: SharedRateLimit?

  /// A route, and the host at its end where the connections cannot be used for another.
  private struct Way: Hashable {
    let route: Route
    let origin: HTTPOrigin?
  }

  package init(_ settings: TransportSettings, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton) {
    self.settings = settings
    self.group = group
    self.trust = TrustStore(settings.trust)
    self.limit = settings.bytesPerSecond.map { SharedRateLimit(rate: $0) }
    let start = ContinuousClock.now
    self.direct = HostClients(
      now: { start.duration(to: .now) },
      make: { addresses, opened in
        Self.client(settings, group: group, addressOverrides: addresses) { channel in
          opened(channel)
          return channel.eventLoop.makeSucceededVoidFuture()
        }
      })
    self.nearEnds = Dictionary(
      uniqueKeysWithValues: settings.addressOverrides.tunnels.map { far, near in
        (far, Self.client(settings, group: group, addressOverrides: [far.host: near.host]))
      })
  }

  /// Closes every connection. No request may be under way.
  package func shutdown() async throws {
    for client in proxied.withLock({ Array($0.values) }) { try await client.shutdown() }
    for client in nearEnds.values { try await client.shutdown() }
    try await direct.shutdown()
  }

  package func send(_ request: TransportRequest, to receiver: any ResponseReceiver) async throws -> TransportResponse {
    let origin = request.url.origin
    do {
      switch try route(to: origin) {
      case .direct: return try await sendDirectly(request, to: receiver)
      case let route: return try await sendThroughProxy(request, to: receiver, route)
      }
    } catch let error as RegistryError {
      throw error.about(request.summary)
    }
  }

  package func isProxied(_ origin: HTTPOrigin) -> Bool {
    (try? route(to: origin)) != .direct
  }

  private func sendDirectly(
    _ request: TransportRequest, to receiver: any ResponseReceiver
  ) async throws -> TransportResponse {
    let origin = request.url.origin
    let message = try directMessage(request)
    guard let address = request.pinnedAddress else {
      guard let near = nearEnds[AddressOverrides.Place(host: origin.host, port: origin.port)] else {
        return try await sendToHost(message, for: request, to: receiver)
      }
      return try await execute(message, for: request, to: receiver, over: near, .direct)
    }
    let pinned = Self.client(settings, group: group, addressOverrides: [origin.host: address.description])
    do {
      let response = try await execute(message, for: request, to: receiver, over: pinned, .direct)
      try await pinned.shutdown()
      return response
    } catch {
      try await pinned.shutdown()
      throw error
    }
  }

  /// By a connection that there is, else to the address that is remembered, else to any.
  private func sendToHost(
    _ message: HTTPClient.Request, for request: TransportRequest, to receiver: any ResponseReceiver
  ) async throws -> TransportResponse {
    let origin = request.url.origin
    let all = direct.all(of: origin)
    if !idle.mayHave(IdleConnections.Place(all, lane: request.lane, message)), let settled = direct.settled(of: origin)
    {
      do {
        return try await execute(message, for: request, to: receiver, over: settled, .direct)
      } catch let error as RegistryError where error.reason.isWithoutConnection {
        // Nothing was sent.
        direct.forget(origin)
      }
    }
    return try await execute(message, for: request, to: receiver, over: all, .direct)
  }

  private func directMessage(_ request: TransportRequest) throws -> HTTPClient.Request {
    let origin = request.url.origin
    var (url, headers) = (request.url, request.headers)
    let port = settings.addressOverrides.target(of: origin).port
    if port != origin.port, let near = HTTPOrigin(scheme: origin.scheme, host: origin.host, port: port),
      let other = AbsoluteURL(origin: near, target: url.target)
    {
      // The far end answers to its own name and port.
      headers.replaceOrAdd(name: "host", value: origin.hostField)
      url = other
    }
    WrittenTarget.mark(&headers, url)
    return try HTTPClient.Request(
      url: url.encoded, method: request.method, headers: headers, body: request.body.map { .bytes($0) },
      tlsConfiguration: origin.scheme == .https ? trust.tlsConfiguration(for: origin) : nil)
  }

  private func sendThroughProxy(
    _ request: TransportRequest, to receiver: any ResponseReceiver, _ route: Route
  ) async throws -> TransportResponse {
    let clients = try clients(for: route, to: request.url.origin)
    do {
      return try await send(request, to: receiver, over: clients, route)
    } catch let error as RegistryError {
      // Some proxies refuse a good password once, while they ask their directory for it.
      guard case .proxy(let failure) = error.reason, failure.reason == .loginRefused else { throw error }
      return try await send(request, to: receiver, over: clients, route)
    }
  }

  private func send(
    _ request: TransportRequest, to receiver: any ResponseReceiver, over clients: LaneClients, _ route: Route
  ) async throws -> TransportResponse {
    guard let proxy = route.proxy else { return try await sendDirectly(request, to: receiver) }
    let origin = request.url.origin
    var headers = request.headers
    headers.replaceOrAdd(name: "host", value: origin.hostField)
    WrittenTarget.mark(&headers, request.url)
    // The client opens a plain connection to this place; what leads on from there is prepared in the connection.
    let message = try HTTPClient.Request(
      url: "http://\(proxy.authority)\(PercentEncoding.repaired(request.url.target))", method: request.method,
      headers: headers,
      body: request.body.map { .bytes($0) })
    let response = try await execute(message, for: request, to: receiver, over: clients, route)
    if case .forward = route, let reason = proxy.failure(in: response) {
      throw RegistryError(.proxy(ProxyFailure(proxy, host: origin.description, reason)))
    }
    return response
  }

  private func execute(
    _ message: HTTPClient.Request, for request: TransportRequest, to receiver: any ResponseReceiver,
    over clients: LaneClients, _ route: Route
  ) async throws -> TransportResponse {
    while true {
      try Task.checkCancellation()
      let place = IdleConnections.Place(clients, lane: request.lane, message)
      idle.take(place)
      let delegate = ReceiverDelegate(receiver, limit: limit)
      do {
        let response = try await execute(message, for: request, delegate, over: clients, route)
        idle.put(place)
        return response
      } catch is StaleConnection {
        guard request.method == .GET || request.method == .HEAD else {
          throw RegistryError(.connectionLost(host: request.url.origin.description))
        }
      }
    }
  }

  private func execute(
    _ message: HTTPClient.Request, for request: TransportRequest, _ delegate: ReceiverDelegate,
    over clients: LaneClients,
    _ route: Route
  ) async throws -> TransportResponse {
    do {
      let task = clients.client(of: request.lane).execute(request: message, delegate: delegate)
      return try await withTaskCancellationHandler {
        try await task.get()
      } onCancel: {
        task.cancel()
      }
    } catch let error as RegistryError {
      throw error
    } catch let error as StaleConnection {
      throw error
    } catch is BodyCollector.Truncated {
      guard let response = delegate.response else { throw CancellationError() }
      return response
    } catch {
      try Task.checkCancellation()
      let diagnosis = CertificateDiagnosis(
        origin: request.url.origin, address: request.pinnedAddress, settings: settings, trust: trust,
        tunnel: try tunnel(of: route, to: request.url.origin))
      guard
        let reason = await FailureReading(route: route, settings: settings, diagnosis: diagnosis).reason(of: error)
      else { throw error }
      throw RegistryError(reason)
    }
  }

  private static func client(
    _ settings: TransportSettings, group: any EventLoopGroup, addressOverrides: [String: String] = [:],
    prepare: @escaping @Sendable (any Channel) -> EventLoopFuture<Void> = { $0.eventLoop.makeSucceededVoidFuture() }
  ) -> LaneClients {
    LaneClients(
      group,
      configuration: configuration(settings, addressOverrides: addressOverrides, prepare: prepare))
  }

  private static func configuration(
    _ settings: TransportSettings, addressOverrides: [String: String],
    prepare: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
  ) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: .init(settings.connectTimeout), read: .init(settings.stallTimeout)),
      decompression: .disabled)
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = settings.connectionsPerHost
    configuration.dnsOverride = settings.addressOverrides.hosts.merging(addressOverrides) { $1 }
    var readSize = Self.readSize
    if let rate = settings.bytesPerSecond {
      readSize = ByteRateLimit(rate: rate).readSize(connections: settings.connectionsPerHost, most: readSize)
    }
    let allocator = FixedSizeRecvByteBufferAllocator(capacity: readSize)
    configuration.http1_1ConnectionDebugInitializer = { channel in
      channel.setOption(.recvAllocator, value: allocator).flatMapThrowing {
        try WrittenTarget.install(channel)
      }.flatMap {
        prepare(channel)
      }.flatMapThrowing {
        try StaleConnectionWatch.watch(channel)
      }
    }
    return configuration
  }
}

extension AsyncHTTPTransport {
  // MARK: Ways through proxies

  /// A host whose address the user gave as one of this machine's own loopback has a way of its own already.
  func route(to origin: HTTPOrigin) throws(RegistryError) -> Route {
    let target = settings.addressOverrides.target(of: origin)
    if IPAddress(parsing: target.host)?.scope == .loopback { return .direct }
    return try Route(to: origin, by: settings.proxies)
  }

  /// - Throws: ``RegistryError`` where a file that TLS needs cannot be read.
  private func clients(for route: Route, to origin: HTTPOrigin) throws -> LaneClients {
    let way = Way(route: route, origin: route.isTunnel ? origin : nil)
    if let known = proxied.withLock({ $0[way] }) { return known }
    let prepare = try preparation(of: route, to: origin)
    return proxied.withLock { clients in
      if let known = clients[way] { return known }
      let client = Self.client(settings, group: group, prepare: prepare)
      clients[way] = client
      return client
    }
  }

  private func preparation(
    of route: Route, to origin: HTTPOrigin
  ) throws -> @Sendable (any Channel) -> EventLoopFuture<Void> {
    guard let tunnel = try tunnel(of: route, to: origin) else { return { $0.eventLoop.makeSucceededVoidFuture() } }
    guard route.isTunnel else { return { tunnel.forward($0) } }
    guard origin.scheme == .https else { return { tunnel.dig($0, makeTLS: nil) } }
    let context = try trust.context(for: origin)
    return { tunnel.dig($0) { try origin.makeTLSHandler(context) } }
  }

  /// What finds out about a host's certificate, on the way that requests take.
  func diagnosis(of origin: HTTPOrigin) throws -> CertificateDiagnosis {
    CertificateDiagnosis(
      origin: origin, address: nil, settings: settings, trust: trust,
      tunnel: try tunnel(of: route(to: origin), to: origin))
  }

  private func tunnel(of route: Route, to origin: HTTPOrigin) throws -> Tunnel? {
    guard let proxy = route.proxy else { return nil }
    let proxyTLS = try proxy.origin.map { try trust.context(for: $0) }
    let target = settings.addressOverrides.target(of: origin)
    return Tunnel(
      proxy: proxy, host: target.host, port: target.port,
      proxyTLS: proxyTLS, timeout: settings.connectTimeout)
  }
}
