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
  /// How long a connection may take no byte of a request's body.
  private let writeStall: Duration
  /// The same transport with the patience of ``TransportSettings/commitTimeout``: the library below has one limit for all
  /// requests of a client. Made when it is needed.
  private let committing = Mutex<AsyncHTTPTransport?>(nil)

  /// A route, and the host at its end where the connections cannot be used for another.
  private struct Way: Hashable {
    let route: Route
    let origin: HTTPOrigin?
  }

  package convenience init(
    _ settings: TransportSettings, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) {
    self.init(
      settings, group: group, trust: TrustStore(settings.trust),
      limit: settings.bytesPerSecond.map { SharedRateLimit(rate: $0) }, writeStall: settings.stallTimeout)
  }

  private init(
    _ settings: TransportSettings, group: any EventLoopGroup, trust: TrustStore, limit: SharedRateLimit?,
    writeStall: Duration
  ) {
    self.settings = settings
    self.group = group
    self.trust = trust
    self.limit = limit
    self.writeStall = writeStall
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
    try await committing.withLock { $0 }?.shutdown()
    for client in proxied.withLock({ Array($0.values) }) { try await client.shutdown() }
    for client in nearEnds.values { try await client.shutdown() }
    try await direct.shutdown()
  }

  package func send(_ request: TransportRequest, to receiver: any ResponseReceiver) async throws -> TransportResponse {
    if request.awaitsCommit, settings.stallTimeout < settings.commitTimeout {
      return try await patient.send(request, to: receiver)
    }
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

  private var patient: AsyncHTTPTransport {
    committing.withLock { committing in
      if let committing { return committing }
      var settings = settings
      settings.stallTimeout = settings.commitTimeout
      let transport = AsyncHTTPTransport(
        settings, group: group, trust: trust, limit: limit, writeStall: writeStall)
      committing = transport
      return transport
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
    return try HTTPClient.Request(
      url: url.description, method: request.method, headers: headers, body: request.body.client,
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
    // The client opens a plain connection to this place; what leads on from there is prepared in the connection.
    let message = try HTTPClient.Request(
      url: "http://\(proxy.authority)\(request.url.target)", method: request.method, headers: headers,
      body: request.body.client)
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
      let delegate = ReceiverDelegate(receiver, limit: limit, sent: request.sent)
      do {
        let response = try await execute(message, for: request, delegate, over: clients, route)
        idle.put(place)
        return response
      } catch is StaleConnection {
        guard request.mayBeRepeated else {
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
      return try await answer(message, for: request, delegate, over: clients.client(of: request.lane))
    } catch let error as RegistryError {
      throw error
    } catch let error as StaleConnection {
      throw error
    } catch _ where request.body.isStreamed && (delegate.response?.status ?? 0) >= 400 {
      // It answered before it had read all, and did not wait for the rest: the answer is what counts.
      guard let response = delegate.response else { throw CancellationError() }
      return response
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

  private func answer(
    _ message: HTTPClient.Request, for request: TransportRequest, _ delegate: ReceiverDelegate, over client: HTTPClient
  ) async throws -> TransportResponse {
    guard case .stream(let body) = request.body else { return try await answer(message, delegate, over: client) }
    let pump = BodyPump(
      body, on: client.eventLoopGroup.any(), stallTimeout: writeStall, host: request.url.origin.description,
      limit: limit)
    var message = message
    message.body = pump.clientBody
    return try await pump.carry { [message] in try await self.answer(message, delegate, over: client) }
  }

  private func answer(
    _ message: HTTPClient.Request, _ delegate: ReceiverDelegate, over client: HTTPClient
  ) async throws -> TransportResponse {
    let task = client.execute(request: message, delegate: delegate)
    return try await withTaskCancellationHandler {
      try await task.get()
    } onCancel: {
      task.cancel()
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
      channel.setOption(.recvAllocator, value: allocator).flatMap {
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

extension RequestBody {
  /// As the library below has it; a stream is put in when its request is made.
  fileprivate var client: HTTPClient.Body? {
    if case .bytes(let bytes) = self { .bytes(bytes) } else { nil }
  }

  fileprivate var isStreamed: Bool {
    if case .stream = self { true } else { false }
  }
}
