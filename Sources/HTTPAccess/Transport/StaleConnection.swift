import NIOCore
import NIOSSL

/// A connection that had served before ended without a byte for the request that went over it: the server closed it at the
/// moment it was used again. It never saw the request, which may be sent again at once (RFC 9110 §9.2.2, RFC 9112 §9.3.1).
struct StaleConnection: Error {}

/// Tells by ``StaleConnection`` that a connection was stale. Stands where the bytes of HTTP pass.
final class StaleConnectionWatch: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = IOData

  private var hasServed = false
  private var isAwaited = false

  private var isStale: Bool { hasServed && isAwaited }

  /// Call it on the channel's thread, once TLS stands.
  static func watch(_ channel: any Channel) throws {
    let pipeline = channel.pipeline.syncOperations
    let tls = try? pipeline.handler(type: NIOSSLClientHandler.self)
    try pipeline.addHandler(StaleConnectionWatch(), position: tls.map { .after($0) } ?? .first)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    isAwaited = true
    context.write(data, promise: promise)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    isAwaited = false
    hasServed = true
    context.fireChannelRead(data)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.fireErrorCaught(isStale ? StaleConnection() : error)
  }

  func channelInactive(context: ChannelHandlerContext) {
    if isStale { context.fireErrorCaught(StaleConnection()) }
    context.fireChannelInactive()
  }
}
