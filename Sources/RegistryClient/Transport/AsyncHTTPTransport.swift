import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// The transport on async-http-client: HTTP/1.1 only, so that each transfer has a connection to itself; redirects
/// and decompression off, because both are decisions of this package.
package final class AsyncHTTPTransport: HTTPTransport {
  /// Bytes read from a socket at once: large enough that the cost of a system call does not show.
  static let readSize = 256 * 1024

  let settings: TransportSettings
  let group: any EventLoopGroup
  private let client: HTTPClient
  /// For ports that have an address of their own: the library below knows addresses by host only.
  private let tunnels: [AddressOverrides.Place: HTTPClient]
  private let lanes: [any EventLoop]

  package init(_ settings: TransportSettings, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton) {
    self.settings = settings
    self.group = group
    self.client = Self.client(settings, group: group, addressOverrides: [:])
    self.tunnels = Dictionary(
      uniqueKeysWithValues: settings.addressOverrides.tunnels.map { far, near in
        (far, Self.client(settings, group: group, addressOverrides: [far.host: near.host]))
      })
    self.lanes = Array(group.makeIterator())
  }

  /// Closes every connection. No request may be under way.
  package func shutdown() async throws {
    try await client.shutdown()
    for tunnel in tunnels.values { try await tunnel.shutdown() }
  }

  package func send(_ request: TransportRequest, to receiver: any ResponseReceiver) async throws -> TransportResponse {
    let origin = request.url.origin
    guard let address = request.pinnedAddress else {
      let tunnel = tunnels[AddressOverrides.Place(host: origin.host, port: origin.port)]
      return try await send(request, to: receiver, over: tunnel ?? client)
    }
    let pinned = Self.client(settings, group: group, addressOverrides: [origin.host: address.description])
    do {
      let response = try await send(request, to: receiver, over: pinned)
      try await pinned.shutdown()
      return response
    } catch {
      try await pinned.shutdown()
      throw error
    }
  }

  private func send(
    _ request: TransportRequest, to receiver: any ResponseReceiver, over client: HTTPClient
  ) async throws -> TransportResponse {
    try Task.checkCancellation()
    let origin = request.url.origin
    let delegate = ReceiverDelegate(receiver)
    do {
      let message = try message(request)
      let task =
        if let lane = request.lane {
          client.execute(
            request: message, delegate: delegate, eventLoop: .delegateAndChannel(on: lanes[lane % lanes.count]))
        } else {
          client.execute(request: message, delegate: delegate)
        }
      return try await withTaskCancellationHandler {
        try await task.get()
      } onCancel: {
        task.cancel()
      }
    } catch let error as RegistryError {
      throw error.about(request.summary)
    } catch is BodyCollector.Truncated {
      guard let response = delegate.response else { throw CancellationError() }
      return response
    } catch {
      try Task.checkCancellation()
      guard
        let reason = await FailureReading(origin: origin, address: request.pinnedAddress, settings: settings)
          .reason(of: error)
      else { throw error }
      throw RegistryError(reason, request: request.summary)
    }
  }

  private func message(_ request: TransportRequest) throws -> HTTPClient.Request {
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
      url: url.description, method: request.method, headers: headers, body: request.body.map { .bytes($0) },
      tlsConfiguration: origin.scheme == .https ? settings.tlsConfiguration(for: origin) : nil)
  }

  private static func client(
    _ settings: TransportSettings, group: any EventLoopGroup, addressOverrides: [String: String]
  ) -> HTTPClient {
    HTTPClient(
      eventLoopGroupProvider: .shared(group),
      configuration: configuration(settings, addressOverrides: addressOverrides))
  }

  private static func configuration(
    _ settings: TransportSettings, addressOverrides: [String: String]
  ) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: .init(settings.connectTimeout), read: .init(settings.stallTimeout)),
      decompression: .disabled)
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = settings.connectionsPerHost
    configuration.dnsOverride = settings.addressOverrides.hosts.merging(addressOverrides) { $1 }
    configuration.http1_1ConnectionDebugInitializer = { channel in
      channel.setOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: readSize))
    }
    return configuration
  }
}

/// Hands a response to its receiver on the connection's thread, without a hop or a copy.
private final class ReceiverDelegate: HTTPClientResponseDelegate {
  private let receiver: any ResponseReceiver
  private let head = Mutex<TransportResponse?>(nil)

  init(_ receiver: any ResponseReceiver) {
    self.receiver = receiver
  }

  var response: TransportResponse? { head.withLock { $0 } }

  func didReceiveHead(
    task: HTTPClient.Task<TransportResponse>, _ head: HTTPResponseHead
  ) -> EventLoopFuture<Void> {
    let response = TransportResponse(status: Int(head.status.code), headers: head.headers)
    self.head.withLock { $0 = response }
    return future(task) { try receiver.receive(head: response) }
  }

  func didReceiveBodyPart(
    task: HTTPClient.Task<TransportResponse>, _ buffer: ByteBuffer
  ) -> EventLoopFuture<Void> {
    future(task) { try buffer.withUnsafeReadableBytes { try receiver.receive(bytes: $0) } }
  }

  func didFinishRequest(task: HTTPClient.Task<TransportResponse>) throws -> TransportResponse {
    guard let response else { throw HTTPClientError.remoteConnectionClosed }
    return response
  }

  private func future(
    _ task: HTTPClient.Task<TransportResponse>, _ body: () throws -> Void
  ) -> EventLoopFuture<Void> {
    do {
      try body()
      return task.eventLoop.makeSucceededVoidFuture()
    } catch {
      return task.eventLoop.makeFailedFuture(error)
    }
  }
}
