import NIOPosix
import ScriptedServer

/// A client that shows what is really on the wire, and how a connection really ends.
struct RawClient: Sendable {
  enum End {
    case closed
    case reset
    /// Nothing came any more, and the connection was still open.
    case silent
    /// As many bytes as asked for were read; the client left then.
    case enough
  }

  struct Received: Sendable {
    var bytes: [UInt8] = []
    var end = End.closed

    /// Up to and with the first empty line.
    var head: String { String(decoding: bytes[..<headLength], as: UTF8.self) }

    /// What stands behind the first empty line.
    var body: [UInt8] { Array(bytes[headLength...]) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    private var headLength: Int {
      let mark: [UInt8] = [13, 10, 13, 10]
      let starts = bytes.indices.dropLast(3)
      return starts.first { bytes[$0..<($0 + 4)].elementsEqual(mark) }.map { $0 + 4 } ?? bytes.count
    }
  }

  let port: Int

  init(_ server: ScriptedServer) {
    port = server.port
  }

  /// Sends text, then reads to the end of the connection, or until nothing comes any more.
  func exchange(_ text: String, reading limit: Int = .max) async throws -> Received {
    let port = port
    return try await NIOThreadPool.singleton.runIfActive {
      let socket = try LoopbackSocket(port: port)
      try socket.transmit(Array(text.utf8))
      var received = Received()
      while received.bytes.count < limit {
        switch socket.receive(atMost: limit - received.bytes.count, milliseconds: 5_000) {
        case .bytes(let bytes):
          received.bytes += bytes
          continue
        case .closed: received.end = .closed
        case .reset: received.end = .reset
        case .nothing: received.end = .silent
        }
        return received
      }
      received.end = .enough
      return received
    }
  }

  func get(_ target: String, _ headers: String..., reading limit: Int = .max) async throws -> Received {
    try await exchange(Self.request("GET", target, headers + ["Connection: close"]), reading: limit)
  }

  static func request(_ method: String, _ target: String, _ headers: [String] = []) -> String {
    "\(method) \(target) HTTP/1.1\r\nHost: x\r\n" + headers.map { $0 + "\r\n" }.joined() + "\r\n"
  }
}
