import NIOCore
import NIOTLS

/// Waits until the TLS of the handler before it stands. Afterwards it only passes on.
final class TLSWatch: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let done: EventLoopPromise<Void>
  private let describe: (any Error) -> any Error
  private var isFinished = false

  /// - Parameter describe: what is said of a failed handshake.
  init(_ done: EventLoopPromise<Void>, describe: @escaping (any Error) -> any Error = { $0 }) {
    self.done = done
    self.describe = describe
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if !isFinished, case .handshakeCompleted = event as? TLSUserEvent {
      isFinished = true
      done.succeed()
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !isFinished else { return context.fireErrorCaught(error) }
    isFinished = true
    done.fail(describe(error))
  }

  func channelInactive(context: ChannelHandlerContext) {
    if !isFinished {
      isFinished = true
      done.fail(describe(ChannelError.eof))
    }
    context.fireChannelInactive()
  }
}
