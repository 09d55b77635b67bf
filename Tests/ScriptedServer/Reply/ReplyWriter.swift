import NIOCore

/// Sends one reply on a connection, with its faults.
struct ReplyWriter {
  enum Outcome {
    /// The connection can take a next request.
    case open
    case over
  }

  private static let chunkSize = 1 << 16

  let connection: Connection
  let log: ServerLog
  let bytesPerSecond: Int?

  func send(_ scripted: Reply, to request: Request) async throws -> Outcome {
    let reply = scripted.ranged(for: request)
    try await connection.pause(reply.delay)
    switch reply.form {
    case .silence:
      await connection.waitUntilClosed()
      return .over
    case .raw(let content, let ending):
      try await sendBody(of: reply.changed { $0.content = content }, as: .plain, to: request)
      log.update(request) { $0.isComplete = true }
      await connection.end(ending)
      return .over
    case .http:
      return try await sendHTTP(reply, to: request)
    }
  }

  private func sendHTTP(_ reply: Reply, to request: Request) async throws -> Outcome {
    let head = ReplyHead(reply, to: request)
    try await connection.send(ByteBuffer(bytes: reply.preamble))
    log.update(request) { $0.status = reply.status }
    try await connection.send(ByteBuffer(string: head.text))
    if head.hasBody {
      guard try await sendBody(of: reply, as: head.encoding, to: request) else { return .over }
    }
    log.update(request) { $0.isComplete = true }
    if let ending = reply.ending ?? (head.endsConnection || !request.keepsConnection ? .finish : nil) {
      await connection.end(ending)
      return .over
    }
    return .open
  }

  /// False when a fault ended the connection on the way.
  @discardableResult
  private func sendBody(of reply: Reply, as encoding: ReplyHead.Encoding, to request: Request) async throws -> Bool {
    var interruptions = reply.interruptions.sorted { $0.offset < $1.offset }[...]
    var throttle = Throttle(pace: reply.pace, bytesPerSecond: bytesPerSecond)
    var offset: Int64 = 0
    while true {
      while let next = interruptions.first, next.offset <= offset {
        interruptions.removeFirst()
        guard try await happen(next.action) else { return false }
      }
      var count = (reply.content.length ?? .max) - offset
      guard count > 0 else { break }
      if let next = interruptions.first { count = min(count, next.offset - offset) }
      count = min(count, Int64(min(Self.chunkSize, throttle.largestWrite)))
      let bytes = try reply.content.read(at: offset, count: Int(count))
      try await connection.send(encoding.wrapped(bytes))
      offset += count
      log.update(request) { $0.bodyBytesSent += count }
      for meter in reply.meters { meter.add(Int(count)) }
      try await connection.pause(throttle.wait(after: Int(count)))
    }
    try await connection.send(encoding.end)
    return true
  }

  private func happen(_ action: Interruption.Action) async throws -> Bool {
    switch action {
    case .pause(let duration):
      try await connection.pause(duration)
      return true
    case .hold(let gate):
      try await gate.pass(connection.channel)
      return true
    case .stall:
      await connection.waitUntilClosed()
      return false
    case .end(let ending):
      await connection.end(ending)
      return false
    }
  }
}
