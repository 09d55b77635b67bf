import AsyncHTTPClient
import ImageModel
import NIOCore

/// How connections are made: by which route, and what is prepared in each before it counts as open.
struct ConnectionSetup: Sendable {
  /// Bytes read from a socket at once, at most.
  private static let readSize = 256 * 1024
  /// Reads in a row: for each of them a connection keeps a buffer.
  private static let readsAtOnce: UInt = 1

  var settings: TransportSettings
  let group: any EventLoopGroup
  let trust: TrustStore
  let addresses: AddressCheck?

  /// Makes a fresh connection ready for requests.
  typealias Prepare = @Sendable (any Channel) -> EventLoopFuture<Void>

  /// A host whose address the user gave as one of this machine's own loopback has a way of its own already.
  func route(to origin: HTTPOrigin) throws(TransportError) -> Route {
    let target = settings.addressOverrides.target(of: origin)
    if IPAddress(parsing: target.host)?.scope == .loopback { return .direct }
    return try Route(to: origin, by: settings.proxies)
  }

  /// The way through a route's proxy; nil where there is none.
  ///
  /// - Throws: ``TransportError`` where a file that TLS needs cannot be read.
  func tunnel(of route: Route, to origin: HTTPOrigin) throws -> Tunnel? {
    guard let proxy = route.proxy else { return nil }
    let proxyTLS = try proxy.origin.map { try trust.tls(for: $0) }
    let target = settings.addressOverrides.target(of: origin)
    return Tunnel(
      proxy: proxy, host: target.host, port: target.port, proxyTLS: proxyTLS, timeout: settings.connectTimeout)
  }

  /// - Parameters:
  ///   - addressOverrides: where to connect to instead of where the name system says, by host.
  ///   - opened: called with each new connection.
  func directClients(
    to origin: HTTPOrigin, addressOverrides: [String: String],
    opened: @escaping @Sendable (any Channel) -> Void = { _ in }
  ) -> LaneClients {
    clients(addressOverrides: addressOverrides) { channel in
      secure(channel, to: origin).map { opened(channel) }
    }
  }

  /// Puts TLS into a fresh connection to a host, where its scheme says so, once it is known to lead where it may.
  private func secure(_ channel: any Channel, to origin: HTTPOrigin) -> EventLoopFuture<Void> {
    do { try addresses?.check(channel, to: origin) } catch { return channel.eventLoop.makeFailedFuture(error) }
    guard origin.scheme == .https else { return channel.eventLoop.makeSucceededVoidFuture() }
    return channel.secured(within: settings.connectTimeout) { try trust.tls(for: origin).makeHandler() }
  }

  func clients(addressOverrides: [String: String] = [:], prepare: @escaping Prepare) -> LaneClients {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      // How long nothing may come is each request's own (StallWatch).
      timeout: .init(connect: .init(settings.connectTimeout)),
      decompression: .disabled)
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
      settings.connectionsPerHost + settings.uploadsPerHost
    configuration.dnsOverride = settings.addressOverrides.hosts.merging(addressOverrides) { $1 }
    var readSize = Self.readSize
    if let rate = settings.bytesPerSecond {
      readSize = ByteRateLimit(rate: rate).readSize(connections: settings.connectionsPerHost, most: readSize)
    }
    let size = ReadSize(most: readSize)
    configuration.http1_1ConnectionDebugInitializer = { channel in
      channel.setOption(.recvAllocator, value: size).flatMap {
        channel.setOption(.maxMessagesPerRead, value: Self.readsAtOnce)
      }.flatMapThrowing {
        channel.sendUnpacedOnThisMachine()
        try WrittenTarget.install(channel)
      }.flatMap {
        prepare(channel)
      }.flatMapThrowing {
        try StaleConnectionWatch.watch(channel)
      }
    }
    return LaneClients(group, configuration: configuration)
  }
}
