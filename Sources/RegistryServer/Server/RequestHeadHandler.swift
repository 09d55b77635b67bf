import NIOCore
import NIOHTTP1

/// Puts into the fields of a request what its first line says besides, for what comes behind it sees neither the version nor
/// the host of the target. What is no HTTP goes on as a request without a path, so that it is answered, and noted, as others
/// are, behind the answers to those before it.
final class RequestHeadHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  /// A head has come, and not all that belongs to it.
  private var isWithinRequest = false
  /// Nothing that comes now is read.
  private var hasFailed = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    isWithinRequest = if case .end = part { false } else { true }
    guard case .head(var head) = part else { return context.fireChannelRead(data) }
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

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !hasFailed else { return }
    guard error is HTTPParserError, !isWithinRequest else { return context.fireErrorCaught(error) }
    hasFailed = true
    let head = HTTPRequestHead(
      version: .http1_1, method: .RAW(value: "-"), uri: "",
      headers: ["host": context.channel.localAddress.authority, "connection": "close"])
    context.fireChannelRead(wrapInboundOut(.head(head)))
    context.fireChannelRead(wrapInboundOut(.end(nil)))
  }
}

extension SocketAddress? {
  /// As a client names it that knows nothing but the address.
  fileprivate var authority: String {
    guard let self, let address = self.ipAddress, let port = self.port else { return "localhost" }
    return "\(address.contains(":") ? "[\(address)]" : address):\(port)"
  }
}
