import CLibrary
import NIOCore

/// Stands next to the socket, below TLS, and ends the connection in ways that TLS would not let through.
final class SocketEnd: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  enum Event {
    /// RST, after the other side's system has taken all bytes.
    case reset
    /// FIN without a word from TLS.
    case finish
  }

  func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
    switch event as? Event {
    case .finish: context.close(mode: .output, promise: promise)
    case .reset: resetWhenTaken(context, promise)
    case nil: context.triggerUserOutboundEvent(event, promise: promise)
    }
  }

  private func resetWhenTaken(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
    guard context.channel.isActive else {
      promise?.succeed()
      return
    }
    guard unacknowledgedBytes(context) == 0 else {
      // The system tells nobody when its send queue runs empty, so it is asked again.
      context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(1)) {
        self.resetWhenTaken(context, promise)
      }
      return
    }
    let noLinger = linger(l_onoff: 1, l_linger: 0)
    // Takes effect at once, as this is the socket's event loop.
    _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(noLinger)
    context.close(promise: promise)
  }

  /// Bytes sent that the other side has not acknowledged: with RST the system would throw them away.
  private func unacknowledgedBytes(_ context: ChannelHandlerContext) -> CInt {
    let count = try? context.channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self
    ) { socket in
      var count: CInt = 0
      #if canImport(Darwin)
        var size = socklen_t(MemoryLayout<CInt>.size)
        getsockopt(socket, SOL_SOCKET, SO_NWRITE, &count, &size)
      #else
        _ = ioctl(socket, UInt(TIOCOUTQ), &count)
      #endif
      return count
    }
    return count ?? 0
  }
}
