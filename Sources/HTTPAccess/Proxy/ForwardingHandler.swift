import NIOCore
import NIOHTTP1

/// Makes requests such as a proxy takes for plain HTTP (RFC 9112 §3.2.2): with the whole address in the request line, and
/// with the proxy's password.
final class ForwardingHandler: ChannelOutboundHandler {
  typealias OutboundIn = HTTPClientRequestPart
  typealias OutboundOut = HTTPClientRequestPart

  private let authorization: String?

  init(authorization: String?) {
    self.authorization = authorization
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard case .head(var head) = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
    head.uri = "http://\(head.headers.first(name: "host") ?? "")\(head.uri)"
    if let authorization { head.headers.replaceOrAdd(name: "proxy-authorization", value: authorization) }
    context.write(wrapOutboundOut(.head(head)), promise: promise)
  }
}

extension Tunnel {
  /// Prepares a connection to the proxy for requests that the proxy is told: TLS with it where its address says so, and
  /// request lines as it wants them. Where that fails the channel is closed.
  func forward(_ channel: any Channel) -> EventLoopFuture<Void> {
    let done = channel.eventLoop.makePromise(of: Void.self)
    do {
      let pipeline = channel.pipeline.syncOperations
      let encoder = try pipeline.handler(type: HTTPRequestEncoder.self)
      try pipeline.addHandler(ForwardingHandler(authorization: proxy.authorization), position: .after(encoder))
      if proxyTLS == nil {
        done.succeed()
      } else {
        let watch = TLSWatch(done, describe: Failed.init(ofTLS:))
        try pipeline.addHandlers(try proxyTLSHandler() + [watch], position: .first)
      }
    } catch {
      done.fail(error)
    }
    return guarded(done, channel)
  }
}

extension Proxy {
  /// Why the proxy itself answered so to a forwarded request; nil where the answer is the host's.
  func failure(in response: TransportResponse) -> ProxyFailure.Reason? {
    switch response.status {
    case 407:
      .login(
        schemes: Challenge.parse(response.headers["proxy-authenticate"]).map(\.scheme), hasLogin: login != nil)
    // Squid marks what it answers in the host's place.
    case 502, 503, 504: response.headers.contains(name: "x-squid-error") ? .gateway(status: response.status) : nil
    case 400...: response.headers.contains(name: "x-squid-error") ? .refused(status: response.status) : nil
    default: nil
    }
  }
}
