import NIOCore
import NIOSSL

/// The way through a proxy to one host: what is done with a fresh connection to the proxy before it carries requests.
///
/// TLS with the proxy where its address says so, then the proxy's own handshake, then TLS with the host.
struct Tunnel: Sendable {
  /// A failure that is the proxy's, and not the host's behind it.
  struct Failed: Error {
    let reason: ProxyFailure.Reason
  }

  let proxy: Proxy
  /// The host, or the address that the user gave for it.
  let host: String
  let port: Int
  /// TLS with the proxy; nil where it is spoken to in the clear.
  let proxyTLS: HostTLS?
  let timeout: Duration

  /// Leads a connection to the proxy on to the host. Where that fails the channel is closed.
  ///
  /// To be called on the channel's own thread, once the channel is active and before bytes flow.
  ///
  /// - Parameter makeTLS: makes the handler of TLS with the host; nil where it is spoken to in the clear.
  /// - Returns: fails with ``Failed`` for what is the proxy's fault, else with what TLS with the host says.
  func dig(_ channel: any Channel, makeTLS: (() throws -> NIOSSLClientHandler)?) -> EventLoopFuture<Void> {
    let done = channel.eventLoop.makePromise(of: Void.self)
    do {
      let talk = ProxyTalk(handshake, waitsForTLS: proxyTLS != nil, makeTLS: makeTLS, done)
      try channel.pipeline.syncOperations.addHandlers(try proxyTLSHandler() + [talk], position: .first)
    } catch {
      done.fail(error)
    }
    return guarded(done, channel)
  }

  /// Closes the channel where `done` fails, and lets it fail in time.
  func guarded(_ done: EventLoopPromise<Void>, _ channel: any Channel) -> EventLoopFuture<Void> {
    let seconds = Int(timeout.components.seconds)
    return done.guarding(channel, within: timeout, late: Failed(reason: .noAnswer(seconds: seconds)))
  }

  /// TLS with the proxy, or nothing.
  func proxyTLSHandler() throws -> [any ChannelHandler] {
    try proxyTLS.map { [try $0.makeHandler()] } ?? []
  }

  private var handshake: any ProxyHandshake {
    switch proxy.scheme {
    case .http, .https:
      let bracketed = host.contains(":") ? "[\(host)]" : host
      return ConnectHandshake(target: "\(bracketed):\(port)", authorization: proxy.authorization)
    case .socks5: return SOCKSHandshake(host: host, port: port, login: proxy.login)
    }
  }
}
