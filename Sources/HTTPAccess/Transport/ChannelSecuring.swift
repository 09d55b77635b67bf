import NIOCore
import NIOSSL

extension Channel {
  /// Puts TLS into a fresh connection, before bytes flow. Where that fails the channel is closed.
  ///
  /// To be called on the channel's own thread.
  ///
  /// - Returns: succeeds once TLS stands.
  func secured(
    within timeout: Duration, by makeTLS: () throws -> NIOSSLClientHandler
  ) -> EventLoopFuture<Void> {
    let done = eventLoop.makePromise(of: Void.self)
    do {
      guard isActive else { throw ChannelError.eof }
      try pipeline.syncOperations.addHandlers([try makeTLS(), TLSWatch(done)], position: .first)
    } catch {
      done.fail(error)
    }
    return done.guarding(self, within: timeout, late: ChannelError.connectTimeout(TimeAmount(timeout)))
  }
}

extension EventLoopPromise<Void> {
  /// Closes the channel where this fails, and lets it fail with `late` after `timeout`.
  func guarding(
    _ channel: any Channel, within timeout: Duration, late: any Error & Sendable
  ) -> EventLoopFuture<Void> {
    let timer = channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) { fail(late) }
    futureResult.whenComplete { result in
      timer.cancel()
      if case .failure = result { channel.close(promise: nil) }
    }
    return futureResult
  }
}
