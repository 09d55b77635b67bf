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
  private let stall: StallWatch
  private let sent: (@Sendable (Int) -> Void)?

  /// - Parameters:
  ///   - stall: told of what is sent and comes.
  ///   - sent: told how many bytes of a request's body went to the socket.
  init(
    _ receiver: any ResponseReceiver, limit: SharedRateLimit?, stall: StallWatch,
    sent: (@Sendable (Int) -> Void)? = nil
  ) {
    self.receiver = receiver
    self.limit = limit
    self.stall = stall
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

  func didSendRequest(task: HTTPClient.Task<TransportResponse>) { stall.begin(task) }

  func didReceiveHead(
    task: HTTPClient.Task<TransportResponse>, _ head: HTTPResponseHead
  ) -> EventLoopFuture<Void> {
    stall.goOn()
    let response = TransportResponse(status: Int(head.status.code), headers: head.headers)
    self.head.withLock { $0 = response }
    return future(task) { try receiver.receive(head: response) }
  }

  func didReceiveBodyPart(
    task: HTTPClient.Task<TransportResponse>, _ buffer: ByteBuffer
  ) -> EventLoopFuture<Void> {
    let taken = future(task) { try buffer.withUnsafeReadableBytes { try receiver.receive(bytes: $0) } }
    stall.goOn()
    let rest = limit.map { $0.take(buffer.readableBytes) } ?? .zero
    let pause = receiver.pause
    guard rest > .zero || pause != nil else { return taken }
    // Nothing more is read until these are done.
    stall.hold()
    let rested = self.rest(task, after: taken, rest)
    let passed = pause.map { pause in rested.flatMap { task.eventLoop.makeFutureWithTask(pause) } } ?? rested
    return passed.always { [stall] _ in stall.goOn() }
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
