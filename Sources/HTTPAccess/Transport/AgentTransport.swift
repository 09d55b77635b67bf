import Synchronization
import Waiting

/// A transport that says in each request who asks, and tells of each where somebody listens.
package struct AgentTransport: HTTPTransport {
  private let transport: any HTTPTransport
  private let userAgent: String
  private let observe: RequestObserver?
  private let clock: any Clock<Duration>

  package init(_ transport: any HTTPTransport, _ settings: TransportSettings, clock: any Clock<Duration>) {
    self.transport = transport
    userAgent = settings.userAgent
    observe = settings.observeRequest
    self.clock = clock
  }

  package func isProxied(_ origin: HTTPOrigin) -> Bool { transport.isProxied(origin) }

  package func send(_ request: TransportRequest, to receiver: any ResponseReceiver) async throws -> TransportResponse {
    var request = request
    if !request.headers.contains(name: "user-agent") { request.headers.add(name: "user-agent", value: userAgent) }
    guard let observe else { return try await transport.send(request, to: receiver) }
    let stopwatch = Stopwatch(clock)
    let counter = ByteCounter(receiver)
    do {
      let response = try await transport.send(request, to: counter)
      observe(record(request, counter, stopwatch.elapsed, nil))
      return response
    } catch {
      let end = (error as? any FailedRequest).map { RequestRecord.End.failed($0.reason) }
      observe(record(request, counter, stopwatch.elapsed, end ?? .abandoned))
      throw error
    }
  }

  private func record(
    _ request: TransportRequest, _ counter: ByteCounter, _ elapsed: Duration, _ end: RequestRecord.End?
  ) -> RequestRecord {
    let (head, bytes) = counter.seen
    return RequestRecord(
      request: request.summary, host: request.url.origin.description, status: head?.status, bytes: bytes,
      elapsed: elapsed, end: end,
      rateLimit: head.flatMap { RateLimit($0.headers) },
      requestFields: HeaderRedactor.fields(request.headers),
      answerFields: head.map { HeaderRedactor.fields($0.headers) } ?? [])
  }
}

/// Counts what passes to a receiver.
private final class ByteCounter: ResponseReceiver {
  private let receiver: any ResponseReceiver
  private let state = Mutex<(head: TransportResponse?, bytes: Int64)>((nil, 0))

  init(_ receiver: any ResponseReceiver) {
    self.receiver = receiver
  }

  var seen: (head: TransportResponse?, bytes: Int64) { state.withLock { $0 } }

  func receive(head: TransportResponse) throws {
    state.withLock { $0.head = head }
    try receiver.receive(head: head)
  }

  func receive(bytes: UnsafeRawBufferPointer) throws {
    state.withLock { $0.bytes += Int64(bytes.count) }
    try receiver.receive(bytes: bytes)
  }

  var pause: ReceiverPause? { receiver.pause }
}
