import AsyncHTTPClient
import ImageModel
import NIOCore
import NIOHTTP1
import Synchronization
import Waiting

/// The transport on async-http-client: HTTP/1.1 only, so that each transfer has a connection to itself; redirects
/// and decompression off, because both are decisions of this package.
///
/// To that client every connection is a plain one, to the host or to a proxy: ``HostTLS``, ``Tunnel`` and ``ForwardingHandler``
/// prepare it before it counts as open. So there is one client for each way and host, and TLS is made in one place.
package final class AsyncHTTPTransport: HTTPTransport {
  /// So often a request may meet connections that end before they carry it: some servers end each new one at once.
  private static let mostUnsent = 4

  let setup: ConnectionSetup
  private let clients: RouteClients
  private let idle = IdleConnections()
  private let limit: SharedRateLimit?

  package init(
    _ settings: TransportSettings, group: any EventLoopGroup = Workers.current.loops
  ) {
    let addresses = settings.addressRule.map { AddressCheck($0, overrides: settings.addressOverrides) }
    setup = ConnectionSetup(settings: settings, group: group, trust: TrustStore(settings.trust), addresses: addresses)
    limit = settings.bytesPerSecond.map { SharedRateLimit(rate: $0) }
    clients = RouteClients(setup)
  }

  package var trust: TrustStore { setup.trust }
  private var settings: TransportSettings { setup.settings }

  /// Closes every connection, whichever of them cannot be closed in order. No request may be under way.
  ///
  /// - Throws: the first failure.
  package func shutdown() async throws {
    try await LaneClients.shutdown(clients.all)
  }

  package func send(_ request: TransportRequest, to receiver: any ResponseReceiver) async throws -> TransportResponse {
    let origin = request.url.origin
    do {
      let route = try setup.route(to: origin)
      try await setup.addresses?.check(origin, isProxied: route != .direct)
      guard let proxy = route.proxy else { return try await sendDirectly(request, to: receiver) }
      return try await send(request, to: receiver, by: route, through: proxy)
    } catch let error as any FailedRequest {
      throw error.about(request.summary)
    }
  }

  /// How long nothing may come for the answer to a request.
  private func patience(with request: TransportRequest) -> Duration {
    request.awaitsCommit ? max(settings.commitTimeout, settings.stallTimeout) : settings.stallTimeout
  }

  package func isProxied(_ origin: HTTPOrigin) -> Bool {
    (try? setup.route(to: origin)) != .direct
  }

  /// By a connection that there is, else to the address that is remembered, else to any.
  private func sendDirectly(
    _ request: TransportRequest, to receiver: any ResponseReceiver
  ) async throws -> TransportResponse {
    let origin = request.url.origin
    // Files are read here, and not on a connection's thread.
    if origin.scheme == .https { _ = try trust.tls(for: origin) }
    let target = settings.addressOverrides.target(of: origin)
    let near = HTTPOrigin(scheme: .http, host: origin.host, port: target.port) ?? origin
    let message = try plainMessage(request, to: near.authority)
    if let address = request.pinnedAddress {
      return try await execute(message, for: request, to: receiver, at: address)
    }
    guard settings.addressOverrides.tunnels[.init(host: origin.host, port: origin.port)] == nil else {
      return try await execute(message, for: request, to: receiver, over: clients.of(.direct, to: origin), .direct)
    }
    let all = clients.direct.all(of: origin)
    if !idle.mayHave(IdleConnections.Place(all, lane: request.lane, message)),
      let settled = clients.direct.settled(of: origin)
    {
      do {
        return try await execute(message, for: request, to: receiver, over: settled, .direct)
      } catch let error as TransportError where error.reason.isWithoutConnection {
        // Nothing was sent.
        clients.direct.forget(origin)
      }
    }
    return try await execute(message, for: request, to: receiver, over: all, .direct)
  }

  /// Over connections of its own, to the address that was checked. One that cannot be closed in order is no failure of what
  /// was done over it.
  private func execute(
    _ message: HTTPClient.Request, for request: TransportRequest, to receiver: any ResponseReceiver,
    at address: IPAddress
  ) async throws -> TransportResponse {
    let origin = request.url.origin
    let pinned = setup.directClients(to: origin, addressOverrides: [origin.host: address.description])
    do {
      let response = try await execute(message, for: request, to: receiver, over: pinned, .direct)
      try? await pinned.shutdown()
      return response
    } catch {
      try? await pinned.shutdown()
      throw error
    }
  }

  /// What the client below is told: a plain connection to this place. What leads on from there is prepared in the connection.
  /// The far end answers to its own name and port.
  ///
  /// - Parameter authority: `host:port`.
  private func plainMessage(_ request: TransportRequest, to authority: String) throws -> HTTPClient.Request {
    var headers = request.headers
    headers.replaceOrAdd(name: "host", value: request.url.origin.hostField)
    WrittenTarget.mark(&headers, request.url)
    return try HTTPClient.Request(
      url: "http://\(authority)\(PercentEncoding.repaired(request.url.target))", method: request.method,
      headers: headers, body: request.body.client)
  }

  private func send(
    _ request: TransportRequest, to receiver: any ResponseReceiver, by route: Route, through proxy: Proxy
  ) async throws -> TransportResponse {
    let clients = try clients.of(route, to: request.url.origin)
    let message = try plainMessage(request, to: proxy.authority)
    func ask() async throws -> TransportResponse {
      let response = try await execute(message, for: request, to: receiver, over: clients, route)
      if case .forward = route, let reason = proxy.failure(in: response) {
        throw TransportError(.proxy(ProxyFailure(proxy, host: request.url.origin.description, reason)))
      }
      return response
    }
    do { return try await ask() } catch let error as TransportError {
      // Some proxies refuse a good password once, while they ask their directory for it.
      guard case .proxy(let failure) = error.reason, failure.reason == .loginRefused else { throw error }
      return try await ask()
    }
  }

  /// Once more where a connection that was kept had ended.
  private func execute(
    _ message: HTTPClient.Request, for request: TransportRequest, to receiver: any ResponseReceiver,
    over clients: LaneClients, _ route: Route
  ) async throws -> TransportResponse {
    var unsent = 0
    while true {
      try Task.checkCancellation()
      let place = IdleConnections.Place(clients, lane: request.lane, message)
      idle.take(place)
      let stall = StallWatch(patience(with: request))
      defer { stall.end() }
      let delegate = ReceiverDelegate(receiver, limit: limit, stall: stall, sent: request.sent)
      let client = clients.client(of: request.lane)
      let ask = { @Sendable (message: HTTPClient.Request) in
        let task = client.execute(request: message, delegate: delegate)
        return try await withTaskCancellationHandler {
          try await task.get()
        } onCancel: {
          task.cancel()
        }
      }
      do {
        let response: TransportResponse
        do {
          response =
            if case .stream(let body) = request.body {
              try await stream(
                body, in: message, for: request, over: client,
                isPlain: route == .direct && request.url.origin.scheme == .http, ask)
            } else { try await ask(message) }
        } catch {
          response = try await answer(of: delegate, to: request, despite: error, by: route)
        }
        idle.put(place)
        return response
      } catch is StaleConnection {
        unsent += delegate.hasSent ? 0 : 1
        guard delegate.hasSent ? request.mayBeRepeated : unsent < Self.mostUnsent else {
          throw TransportError(.connectionLost(host: request.url.origin.description))
        }
      }
    }
  }

  /// The answer that came all the same.
  ///
  /// - Throws: the failure, as far as it can be found out what it was.
  private func answer(
    of delegate: ReceiverDelegate, to request: TransportRequest, despite error: any Error, by route: Route
  ) async throws -> TransportResponse {
    if error is any FailedRequest || error is StaleConnection { throw error }
    // The connection ended while the request was on its way to it.
    if !delegate.hasSent, case .ioOnClosedChannel? = error as? ChannelError { throw StaleConnection() }
    // It answered before it had read all, and did not wait for the rest: the answer is what counts.
    let isRefusal = request.body.isStreamed && (delegate.response?.status ?? 0) >= 400
    if isRefusal || error is BodyCollector.Truncated {
      guard let response = delegate.response else { throw CancellationError() }
      return response
    }
    try Task.checkCancellation()
    let diagnosis = try diagnosis(of: request.url.origin, by: route, at: request.pinnedAddress)
    let reading = FailureReading(
      route: route, settings: settings, patience: patience(with: request), diagnosis: diagnosis)
    let reason = await reading.reason(of: error)
    try Task.checkCancellation()
    guard let reason else { throw error }
    throw TransportError(reason)
  }

  /// - Parameter isPlain: what is written goes to the socket as it is.
  private func stream(
    _ body: StreamedBody, in message: HTTPClient.Request, for request: TransportRequest, over client: HTTPClient,
    isPlain: Bool, _ ask: @escaping @Sendable (HTTPClient.Request) async throws -> TransportResponse
  ) async throws -> TransportResponse {
    let pump = BodyPump(
      body, on: client.eventLoopGroup.any(), stallTimeout: settings.stallTimeout, host: request.url.origin.description,
      limit: limit, takesFiles: isPlain)
    var message = message
    message.body = pump.clientBody
    return try await pump.carry { [message] in try await ask(message) }
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
