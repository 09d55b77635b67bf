import NIOCore
import NIOHTTP1

/// Puts into the fields of a request what its first line says besides, for what comes behind it sees neither the version nor
/// the host of the target.
final class RequestHeadHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
    let isOld = head.version == .http1_0
    // Nobody is told that a connection of HTTP/1.0 stays open, so it does not (RFC 9112 §9.3).
    if isOld || !head.isKeepAlive { head.headers.replaceOrAdd(name: "connection", value: "close") }
    switch head.headers["host"].count {
    case 0 where isOld: head.headers.add(name: "host", value: context.channel.localAddress.authority)
    case 1:
      guard let authority = RequestTarget.authority(of: head.uri) else { break }
      head.headers.replaceOrAdd(name: "host", value: authority)
    default: break
    }
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }
}

extension SocketAddress? {
  /// As a client names it that knows nothing but the address.
  fileprivate var authority: String {
    guard let self, let address = self.ipAddress, let port = self.port else { return "localhost" }
    return "\(address.contains(":") ? "[\(address)]" : address):\(port)"
  }
}
