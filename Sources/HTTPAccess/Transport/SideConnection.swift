import ImageModel
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// One more connection to a host, on the way that requests take, over which no request goes: for finding something out.
struct SideConnection: Sendable {
  /// Nobody could be reached, at the host or at the proxy before it.
  struct Unreachable: Error {}

  let origin: HTTPOrigin
  /// The address to connect to instead of asking the name system.
  var address: IPAddress?
  let settings: TransportSettings
  let group: any EventLoopGroup
  /// The way to the host, where it is not a direct one.
  let tunnel: Tunnel?

  /// Hands the connection to `body` once TLS stands, and closes it on every exit, also when the task is cancelled. Neither
  /// the connection nor TLS takes longer than ``TransportSettings/connectTimeout``.
  ///
  /// - Parameter makeTLS: nil for a connection in the clear.
  /// - Throws: ``Unreachable``; `Tunnel.Failed` for what is the proxy's fault; what TLS with the host says; what `body`
  ///   throws; `CancellationError`.
  func open<Result: Sendable>(
    _ makeTLS: (@Sendable () throws -> NIOSSLClientHandler)?,
    _ body: (any Channel) async throws -> Result
  ) async throws -> Result {
    let holder = Holder()
    return try await withTaskCancellationHandler {
      do {
        let channel = try await connect(makeTLS, holder).get()
        defer { channel.close(promise: nil) }
        return try await body(channel)
      } catch {
        try Task.checkCancellation()
        throw error
      }
    } onCancel: {
      holder.close()
    }
  }

  private func connect(
    _ makeTLS: (@Sendable () throws -> NIOSSLClientHandler)?, _ holder: Holder
  ) -> EventLoopFuture<any Channel> {
    let (tunnel, timeout) = (tunnel, settings.connectTimeout)
    let place = place
    return ClientBootstrap(group: group)
      .connectTimeout(TimeAmount(timeout))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try holder.hold(channel) }
      }
      .connect(host: place.host, port: place.port)
      .flatMapErrorThrowing { _ in throw Unreachable() }
      .flatMap { channel in
        if let tunnel { return tunnel.dig(channel, makeTLS: makeTLS).map { channel } }
        guard let makeTLS else { return channel.eventLoop.makeSucceededFuture(channel) }
        return channel.secured(within: timeout, by: makeTLS).map { channel }
      }
  }

  private var place: (host: String, port: Int) {
    if let proxy = tunnel?.proxy { return (settings.addressOverrides.hosts[proxy.host] ?? proxy.host, proxy.port) }
    let target = settings.addressOverrides.target(of: origin)
    return (address?.description ?? target.host, target.port)
  }

  /// The channels of one attempt, one for each address that is tried, so that a cancellation reaches them.
  private final class Holder: Sendable {
    private let state = Mutex<(channels: [any Channel], isClosed: Bool)>(([], false))

    func hold(_ channel: any Channel) throws(CancellationError) {
      let isClosed = state.withLock { state in
        if !state.isClosed { state.channels.append(channel) }
        return state.isClosed
      }
      if isClosed { throw CancellationError() }
    }

    func close() {
      let channels = state.withLock { state in
        state.isClosed = true
        return state.channels
      }
      for channel in channels { channel.close(promise: nil) }
    }
  }
}
