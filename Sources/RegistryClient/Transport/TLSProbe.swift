import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

extension AsyncHTTPTransport {
  /// Whether a server speaks TLS: a handshake and nothing more, on the way that requests take. Only a server that answers
  /// a handshake with something else, or hangs up on it, does not.
  ///
  /// - Parameter unreachable: the answer where nobody can be reached there.
  /// - Throws: `CancellationError`.
  package func speaksTLS(_ origin: HTTPOrigin, unreachable: Bool = true) async throws -> Bool {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .none
    let context = try NIOSSLContext(configuration: configuration)
    let diagnosis = try diagnosis(of: origin)
    if let tunnel = diagnosis.tunnel {
      return try await Self.speaksTLS(diagnosis, through: tunnel, context, unreachable: unreachable)
    }
    let target = settings.addressOverrides.target(of: origin)
    let timeout = TimeAmount(settings.connectTimeout)
    // Made before the connection: a server may have hung up by the time that the connection is known here.
    let answer = group.next().makePromise(of: Bool.self)
    let channel: any Channel
    do {
      channel = try await ClientBootstrap(group: group)
        .connectTimeout(timeout)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandlers(
              NIOSSLClientHandler(context: context, serverHostname: nil), HandshakeAnswer(answer))
          }
        }
        .connect(host: target.host, port: target.port).get()
    } catch {
      answer.succeed(unreachable)
      try Task.checkCancellation()
      return unreachable
    }
    let timer = channel.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
    let speaks = try await answer.futureResult.get()
    timer.cancel()
    channel.close(promise: nil)
    return speaks
  }

  private static func speaksTLS(
    _ diagnosis: CertificateDiagnosis, through tunnel: Tunnel, _ context: NIOSSLContext, unreachable: Bool
  ) async throws -> Bool {
    do {
      let channel = try await diagnosis.connect(through: tunnel) {
        try NIOSSLClientHandler(context: context, serverHostname: nil)
      }
      channel.close(promise: nil)
      return true
    } catch let failure as Tunnel.Failed {
      switch failure.reason {
      // The proxy does not lead there by a tunnel. Plain HTTP it may let through.
      case .refused, .gateway, .socks, .noAnswer: return unreachable
      default: return true
      }
    } catch is NIOConnectionError {
      // The proxy is what is out of reach: the first request tells.
      return true
    } catch {
      try Task.checkCancellation()
      return error.isTLSAlert
    }
  }
}

extension Error {
  /// Whether the other side ended a handshake by TLS's own words (RFC 8446 §6): it speaks TLS.
  fileprivate var isTLSAlert: Bool { "\(self)".contains("_ALERT_") }
}

/// Waits for the end of a handshake, good or bad.
private final class HandshakeAnswer: ChannelInboundHandler, Sendable {
  typealias InboundIn = NIOAny

  private let promise: EventLoopPromise<Bool>

  init(_ promise: EventLoopPromise<Bool>) {
    self.promise = promise
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted = event as? TLSUserEvent { promise.succeed(true) }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    promise.succeed(error.isTLSAlert)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    promise.succeed(false)
    context.fireChannelInactive()
  }
}
