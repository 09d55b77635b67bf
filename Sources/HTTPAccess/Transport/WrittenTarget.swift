import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Puts the target of a request on its line byte for byte.
///
/// The HTTP client below takes addresses of RFC 3986 alone, and loses a path whose escapes are no UTF-8 (`%E9`). So it is
/// given the encoded address, and beside it, in a field that never leaves, what is to be sent.
final class WrittenTarget: ChannelOutboundHandler {
  typealias OutboundIn = HTTPClientRequestPart
  typealias OutboundOut = HTTPClientRequestPart

  private static let field = "dray-written-target"

  /// Call it on the channel's thread, before other handlers change requests.
  static func install(_ channel: any Channel) throws {
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(WrittenTarget(), position: .after(pipeline.handler(type: HTTPRequestEncoder.self)))
  }

  /// The fields that a request for this address is given to the client with.
  static func mark(_ headers: inout HTTPHeaders, _ url: AbsoluteURL) {
    headers.replaceOrAdd(name: field, value: url.target)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard case .head(var head) = unwrapOutboundIn(data), let target = head.headers.first(name: Self.field) else {
      return context.write(data, promise: promise)
    }
    head.headers.remove(name: Self.field)
    head.uri = target
    context.write(wrapOutboundOut(.head(head)), promise: promise)
  }
}
