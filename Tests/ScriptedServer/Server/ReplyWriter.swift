import NIOCore

/// Sends one reply on a connection, faults included.
struct ReplyWriter {
  private static let pieceSize: Int64 = 64 << 10

  let connection: Connection
  let log: ServerLog
  /// Of the server; in bytes a second.
  let rate: Int64?

  /// - Returns: whether the connection can take another request.
  func send(_ reply: Reply, to request: RecordedRequest) async throws -> Bool {
    try await connection.pause(reply.delay ?? .zero)
    if reply.isSilent {
      await connection.end(.stall)
      return false
    }
    if let raw = reply.raw {
      try await connection.send(ByteBuffer(bytes: raw))
      log.update(request) { $0.isComplete = true }
      if reply.closes { await connection.end(reply.closing) }
      return !reply.closes
    }
    let head = ReplyHead(reply, to: request)
    log.update(request) { $0.status = reply.status }
    try await connection.send(ByteBuffer(string: reply.preamble + head.text))
    if head.hasBody {
      guard try await sendBody(of: reply, head, to: request) else { return false }
    }
    log.update(request) { $0.isComplete = true }
    guard head.endsConnection || !request.keepsConnection else { return true }
    await connection.end(reply.closing)
    return false
  }

  /// - Returns: false when the connection ended on the way, as the reply wants it.
  private func sendBody(of reply: Reply, _ head: ReplyHead, to request: RecordedRequest) async throws -> Bool {
    let body = reply.flippedByte.map { reply.body.flippingBit(at: $0) } ?? reply.body
    var waits = reply.waits.sorted { $0.offset < $1.offset }[...]
    var throttle = Throttle(rates: reply.rate, rate)
    var offset: Int64 = 0
    while true {
      while let next = waits.first, next.offset <= offset {
        waits.removeFirst()
        try await wait(next)
      }
      if let cut = reply.cut, cut.after <= offset {
        await connection.end(cut.ending)
        return false
      }
      guard offset < body.count else { break }
      if reply.isFinished() {
        await connection.end(.finish)
        return false
      }
      let stop = min(body.count, reply.cut?.after ?? .max, waits.first?.offset ?? .max)
      let count = min(stop - offset, Self.pieceSize, throttle.largestPiece)
      try await connection.send(head.framed(body.read(at: offset, count: Int(count))))
      offset += count
      log.update(request) { $0.bodyBytesSent += count }
      for meter in reply.meters { meter.add(count) }
      try await connection.pause(throttle.wait(after: count))
    }
    try await connection.send(ByteBuffer(string: head.end))
    return true
  }

  private func wait(_ wait: Wait) async throws {
    switch wait.reason {
    case .time(let duration): try await connection.pause(duration)
    case .gate(let gate): try await gate.pass(connection.channel)
    }
  }
}
