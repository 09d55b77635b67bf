import NIOCore
import Waiting

/// Puts the part of a file into the place of the bytes that stand for it: the last step before the socket, for what comes
/// before it knows bytes alone.
final class FilePartHandler: ChannelOutboundHandler, RemovableChannelHandler {
  typealias OutboundIn = IOData
  typealias OutboundOut = IOData

  /// What the next write stands for. It is set and taken within one call, on the connection's own loop.
  private var next: FilePart?

  /// Runs `write`, which writes once.
  func sending(_ part: FilePart, _ write: () -> Void) {
    next = part
    write()
    next = nil
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard let part = next else { return context.write(data, promise: promise) }
    next = nil
    let promise = promise ?? context.eventLoop.makePromise(of: Void.self)
    promise.futureResult.whenComplete { _ in withExtendedLifetime(part.file) {} }
    context.write(wrapOutboundOut(.fileRegion(part.region)), promise: promise)
  }
}
