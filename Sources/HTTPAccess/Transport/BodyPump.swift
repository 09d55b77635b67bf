import AsyncHTTPClient
import NIOCore
import Synchronization
import Waiting

/// Carries a streamed body into one request of the library below, as fast as the connection takes it.
///
/// The library asks for a body once the head is sent and the connection has room, and by a callback; the bytes are written
/// by a task of the caller, so that they end with the request, whichever ends first.
final class BodyPump: Sendable {
  private struct Start: Sendable {
    let writer: HTTPClient.Body.StreamWriter
    let end: EventLoopPromise<Void>
  }

  private let body: StreamedBody
  private let loop: any EventLoop
  private let stallTimeout: Duration
  private let host: String
  private let limit: SharedRateLimit?
  private let files: LentFiles?
  private let starts: AsyncStream<Start>
  private let continuation: AsyncStream<Start>.Continuation
  private let end = Mutex<EventLoopPromise<Void>?>(nil)
  private let wait = SinkWait()

  /// - Parameters:
  ///   - stallTimeout: how long the connection may take no byte.
  ///   - host: for the error then.
  ///   - takesFiles: nothing stands between the body and the socket: the system may read files by itself.
  init(
    _ body: StreamedBody, on loop: any EventLoop, stallTimeout: Duration, host: String, limit: SharedRateLimit?,
    takesFiles: Bool
  ) {
    self.body = body
    self.loop = loop
    self.stallTimeout = stallTimeout
    self.host = host
    self.limit = limit
    files = takesFiles ? LentFiles() : nil
    (starts, continuation) = AsyncStream.makeStream(of: Start.self)
  }

  /// What the library is given.
  var clientBody: HTTPClient.Body {
    .stream(contentLength: body.count) { writer in
      let promise = self.loop.makePromise(of: Void.self)
      self.end.withLock { $0 = promise }
      if case .terminated = self.continuation.yield(Start(writer: writer, end: promise)) {
        promise.fail(CancellationError())
      }
      return promise.futureResult
    }
  }

  /// Writes the body while `answer` waits for the response; what it returns or throws is the result, since a server may
  /// answer before it has read all.
  func carry<Response: Sendable>(
    while answer: @Sendable () async throws -> Response
  ) async throws -> Response {
    defer {
      // A promise that nobody keeps any more.
      continuation.finish()
      end.withLock { $0 }?.fail(CancellationError())
    }
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await self.run() }
      defer {
        group.cancelAll()
        // The library leaves a write that waits for room alone where the answer came first.
        wait.end()
      }
      return try await answer()
    }
  }

  private func run() async {
    for await start in starts {
      let sink = ConnectionSink(
        writer: start.writer, loop: loop, stallTimeout: TimeAmount(stallTimeout), host: host, limit: limit, wait: wait,
        files: files)
      do {
        try await body.write(to: sink)
        start.end.succeed()
      } catch {
        start.end.fail(error)
      }
    }
  }
}

/// The files of which parts may still be on their way: a part counts as written before the socket has taken it.
private final class LentFiles: Sendable {
  private let files = Mutex<[LentFile]>([])

  func keep(_ file: LentFile) {
    files.withLock { files in
      if files.last !== file { files.append(file) }
    }
  }
}

/// What a writer waits for, until nobody wants its bytes any more.
private final class SinkWait: Sendable {
  private let state = Mutex<(isOver: Bool, room: EventLoopPromise<Void>?)>((false, nil))

  /// - Returns: whether there is anything to wait for.
  func begin(_ room: EventLoopPromise<Void>) -> Bool {
    state.withLock { state in
      state.room = room
      return !state.isOver
    }
  }

  func end() {
    state.withLock { state in
      state.isOver = true
      return state.room
    }?.fail(CancellationError())
  }
}

/// A connection that takes a request's body.
private struct ConnectionSink: ByteSink {
  let writer: HTTPClient.Body.StreamWriter
  let loop: any EventLoop
  let stallTimeout: TimeAmount
  let host: String
  let limit: SharedRateLimit?
  let wait: SinkWait
  let files: LentFiles?

  func write(_ bytes: ByteBuffer) async throws { try await write([.byteBuffer(bytes)]) }

  func write(_ pieces: [ByteBuffer]) async throws { try await write(pieces.map { IOData.byteBuffer($0) }) }

  func write(_ part: FilePart) async throws {
    guard let files else { return try await write(try await Workers.current.run(part.read)) }
    files.keep(part.file)
    try await write([.fileRegion(part.region)])
  }

  private func write(_ pieces: [IOData]) async throws {
    try Task.checkCancellation()
    let pieces = pieces.filter { $0.readableBytes > 0 }
    guard let last = pieces.last else { return }
    if let pause = limit?.take(pieces.reduce(0) { $0 + $1.readableBytes }), pause > .zero {
      try await Task.sleep(for: pause)
    }
    let room = loop.makePromise(of: Void.self)
    guard wait.begin(room) else {
      room.fail(CancellationError())
      throw CancellationError()
    }
    let seconds = Int(stallTimeout.nanoseconds / 1_000_000_000)
    let stalled = loop.scheduleTask(in: stallTimeout) { [host] in
      room.fail(TransportError(.stalled(host: host, seconds: seconds)))
    }
    // What goes wrong with one of them does with all behind it.
    for piece in pieces.dropLast() { _ = writer.write(piece) }
    writer.write(last).whenComplete { result in
      stalled.cancel()
      room.completeWith(result)
    }
    try await room.futureResult.get()
  }
}
