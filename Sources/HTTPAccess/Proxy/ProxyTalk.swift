import NIOCore
import NIOSSL
import NIOTLS

/// Carries a ``ProxyHandshake`` over a channel. Afterwards it only passes on.
final class ProxyTalk: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private var handshake: any ProxyHandshake
  private let makeTLS: (() throws -> NIOSSLClientHandler)?
  private let done: EventLoopPromise<Void>
  private var state: State

  private enum State {
    /// Until TLS with the proxy stands.
    case encrypting
    case talking
    case open
    case failed
  }

  init(
    _ handshake: any ProxyHandshake, waitsForTLS: Bool, makeTLS: (() throws -> NIOSSLClientHandler)?,
    _ done: EventLoopPromise<Void>
  ) {
    self.handshake = handshake
    self.makeTLS = makeTLS
    self.done = done
    state = waitsForTLS ? .encrypting : .talking
  }

  func handlerAdded(context: ChannelHandlerContext) {
    if case .talking = state { say(handshake.opening, context) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .encrypting = state, case .handshakeCompleted = event as? TLSUserEvent {
      state = .talking
      say(handshake.opening, context)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch state {
    case .open: context.fireChannelRead(data)
    case .encrypting, .failed: break
    case .talking:
      switch handshake.receive(Array(unwrapInboundIn(data).readableBytesView)) {
      case .wait(let bytes): say(bytes, context)
      case .open(let leftover): open(leftover, context)
      case .failure(let reason): fail(Tunnel.Failed(reason: reason))
      }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch state {
    case .open: context.fireErrorCaught(error)
    case .encrypting: fail(Tunnel.Failed(ofTLS: error))
    case .talking: fail(Tunnel.Failed(reason: .lost))
    case .failed: break
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    switch state {
    case .open, .failed: break
    // What ends a handshake without a word speaks no TLS, most likely.
    case .encrypting: fail(Tunnel.Failed(ofTLS: ChannelError.eof))
    case .talking: fail(Tunnel.Failed(reason: .lost))
    }
    context.fireChannelInactive()
  }

  private func say(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
    guard !bytes.isEmpty else { return }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
  }

  private func open(_ leftover: [UInt8], _ context: ChannelHandlerContext) {
    state = .open
    do {
      if let makeTLS {
        try context.pipeline.syncOperations.addHandlers(
          [try makeTLS(), TLSWatch(done)], position: .after(self))
      } else {
        done.succeed()
      }
    } catch {
      done.fail(error)
    }
    if !leftover.isEmpty { context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: leftover))) }
  }

  private func fail(_ error: any Error) {
    state = .failed
    done.fail(error)
  }
}
