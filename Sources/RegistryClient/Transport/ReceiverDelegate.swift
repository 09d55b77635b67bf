import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Hands a response to its receiver on the connection's thread, without a hop or a copy.
final class ReceiverDelegate: HTTPClientResponseDelegate {
  private let receiver: any ResponseReceiver
  private let head = Mutex<TransportResponse?>(nil)

  private let limit: SharedRateLimit?

  init(_ receiver: any ResponseReceiver, limit: SharedRateLimit?) {
    self.receiver = receiver
    self.limit = limit
  }

  var response: TransportResponse? { head.withLock { $0 } }

  func didReceiveHead(
    task: HTTPClient.Task<TransportResponse>, _ head: HTTPResponseHead
  ) -> EventLoopFuture<Void> {
    let response = TransportResponse(status: Int(head.status.code), headers: head.headers)
    self.head.withLock { $0 = response }
    return future(task) { try receiver.receive(head: response) }
  }

  func didReceiveBodyPart(
    task: HTTPClient.Task<TransportResponse>, _ buffer: ByteBuffer
  ) -> EventLoopFuture<Void> {
    let taken = future(task) { try buffer.withUnsafeReadableBytes { try receiver.receive(bytes: $0) } }
    guard let pause = limit?.take(buffer.readableBytes), pause > .zero else { return taken }
    // Nothing more is read until this is done.
    return taken.flatMap { task.eventLoop.scheduleTask(in: TimeAmount(pause)) {}.futureResult }
  }

  func didFinishRequest(task: HTTPClient.Task<TransportResponse>) throws -> TransportResponse {
    guard let response else { throw HTTPClientError.remoteConnectionClosed }
    return response
  }

  private func future(
    _ task: HTTPClient.Task<TransportResponse>, _ body: () throws -> Void
  ) -> EventLoopFuture<Void> {
    do {
      try body()
      return task.eventLoop.makeSucceededVoidFuture()
    } catch {
      return task.eventLoop.makeFailedFuture(error)
    }
  }
}
