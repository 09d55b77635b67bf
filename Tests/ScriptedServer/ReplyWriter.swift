import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#endif

/// Writes one reply, faults included.
struct ReplyWriter {
  static let pieceSize: Int64 = 64 << 10

  let reply: Reply
  let connection: Connection

  /// - Returns: whether the connection can take another request.
  func write(_ sent: (Int) -> Void) async throws -> Bool {
    if let delay = reply.delay { try await Task.sleep(for: delay) }
    if let raw = reply.raw {
      try await connection.write(raw)
      return !reply.closes
    }
    try await connection.write(reply.head)
    let end = min(reply.cut?.after ?? Int64.max, reply.body.count)
    var position: Int64 = 0
    while position < end {
      var piece = min(Self.pieceSize, end - position)
      if let rate = reply.rate { piece = min(piece, max(rate / 20, 1)) }
      var bytes = reply.body.bytes(position..<position + piece)
      if let flipped = reply.flippedByte, (position..<position + piece).contains(flipped) {
        bytes[Int(flipped - position)] ^= 1
      }
      if case .chunked = reply.framing {
        bytes = Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8)
      }
      try await connection.write(bytes)
      sent(Int(piece))
      position += piece
      if reply.rate != nil { try await Task.sleep(for: .milliseconds(50)) }
    }
    if let cut = reply.cut { return try await breakOff(cut.ending) }
    if case .chunked = reply.framing { try await connection.write(Array("0\r\n\r\n".utf8)) }
    if case .untilClose = reply.framing { return false }
    return !reply.closes
  }

  private func breakOff(_ ending: Reply.Ending) async throws -> Bool {
    switch ending {
    case .finish: return false
    case .stall:
      // Until the client leaves or the test ends.
      try await connection.channel.closeFuture.get()
      return false
    case .reset:
      // A reset overtakes bytes that the other side has not read yet: let it read them.
      try await Task.sleep(for: .milliseconds(50))
      guard let socket = connection.channel as? any SocketOptionProvider else { return false }
      try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
      try await connection.channel.close().get()
      return false
    }
  }
}
