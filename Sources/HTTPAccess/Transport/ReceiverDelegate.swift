import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Hands a response to its receiver on the connection's thread, without a hop or a copy.
final class ReceiverDelegate: HTTPClientResponseDelegate, Sendable {
  private let receiver: any ResponseReceiver
  private let head = Mutex<TransportResponse?>(nil)
  private let hasWritten = Atomic(false)

  private let limit: SharedRateLimit?
  private let sent: (@Sendable (Int) -> Void)?

  /// - Parameter sent: told how many bytes of a request's body went to the socket.
  init(_ receiver: any ResponseReceiver, limit: SharedRateLimit?, sent: (@Sendable (Int) -> Void)? = nil) {
    self.receiver = receiver
    self.limit = limit
    self.sent = sent
  }

  var response: TransportResponse? { head.withLock { $0 } }

  /// Whether the request, or a part of it, was handed to the connection.
  var hasSent: Bool { hasWritten.load(ordering: .acquiring) }

  func didSendRequestHead(task: HTTPClient.Task<TransportResponse>, _ head: HTTPRequestHead) {
    hasWritten.store(true, ordering: .releasing)
  }

  func didSendRequestPart(task: HTTPClient.Task<TransportResponse>, _ part: IOData) {
    sent?(part.readableBytes)
  }

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
    // Nothing more is read until these are done.
    let rested = limit.map { rest(task, after: taken, $0.take(buffer.readableBytes)) } ?? taken
    guard let pause = receiver.pause else { return rested }
    return rested.flatMap { task.eventLoop.makeFutureWithTask(pause) }
  }

  private func rest(
    _ task: HTTPClient.Task<TransportResponse>, after taken: EventLoopFuture<Void>, _ time: Duration
  ) -> EventLoopFuture<Void> {
    guard time > .zero else { return taken }
    return taken.flatMap { task.eventLoop.scheduleTask(in: TimeAmount(time)) {}.futureResult }
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
