import NIOCore
import NIOSSL

/// One accepted connection: its bytes in, and the ways out.
struct Connection: Sendable {
  let number: Int
  let channel: any Channel
  let inbound: AsyncThrowingStream<ByteBuffer, any Error>

  /// Builds the pipeline; called on the channel's event loop.
  static func make(_ channel: any Channel, number: Int, tls: NIOSSLContext?) throws -> Connection {
    let (inbound, continuation) = AsyncThrowingStream.makeStream(of: ByteBuffer.self)
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(SocketEnd())
    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
    try pipeline.addHandler(InboundBytes(continuation))
    return Connection(number: number, channel: channel, inbound: inbound)
  }

  /// Returns once the system has taken the bytes, so that a slow client slows the server down.
  func send(_ bytes: ByteBuffer) async throws {
    guard bytes.readableBytes > 0 else { return }
    try await channel.writeAndFlush(bytes).get()
  }

  /// Waits, but not longer than the connection lives.
  func pause(_ duration: Duration) async throws {
    guard duration > .zero else { return }
    let promise = channel.eventLoop.makePromise(of: Void.self)
    let task = channel.eventLoop.scheduleTask(in: TimeAmount(duration)) { promise.succeed() }
    channel.closeFuture.whenComplete { _ in
      task.cancel()
      promise.fail(ClientLeft())
    }
    try await promise.futureResult.get()
  }

  /// Returns once the connection is closed.
  func waitUntilClosed() async {
    try? await channel.closeFuture.get()
  }

  /// Ends the server's side, then waits for the client's.
  func end(_ ending: Reply.Ending) async {
    switch ending {
    case .finish: try? await channel.close(mode: .output).get()
    case .finishWithoutCloseNotify: try? await channel.triggerUserOutboundEvent(SocketEnd.Event.finish).get()
    case .reset: try? await channel.triggerUserOutboundEvent(SocketEnd.Event.reset).get()
    case .stall: break
    }
    await waitUntilClosed()
  }
}
