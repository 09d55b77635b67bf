import NIOCore

/// What a scripted server sends, byte for byte, and where it misbehaves.
public struct Reply: Sendable {
  public enum Framing: Sendable {
    /// `Content-Length` of the body, or of this many bytes, whatever the body has.
    case contentLength(Int64? = nil)
    case chunked
    /// No length: the end of the connection ends the body.
    case untilClose
  }

  /// How a reply ends before its time.
  public enum Ending: Sendable {
    /// A TCP reset.
    case reset
    /// An orderly end of the connection.
    case finish
    /// Nothing more comes, and the connection stays.
    case stall
  }

  public var status: Int
  public var headers: [(name: String, value: String)]
  public var body: ReplyBody
  public var framing: Framing = .contentLength()
  /// After this many body bytes, the ending.
  public var cut: (after: Int64, ending: Ending)?
  /// The bit of body byte `offset` that is wrong.
  public var flippedByte: Int64?
  /// Bytes of body a second.
  public var rate: Int64?
  /// Time before the first byte.
  public var delay: Duration?
  /// Bytes sent instead of everything else.
  public var raw: [UInt8]?
  public var closes = false

  public init(_ status: Int = 200, headers: [(name: String, value: String)] = [], body: ReplyBody = ReplyBody([])) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  public init(_ status: Int = 200, headers: [(name: String, value: String)] = [], text: String) {
    self.init(status, headers: headers, body: ReplyBody(Array(text.utf8)))
  }

  public static func json(_ text: String, status: Int = 200) -> Reply {
    Reply(status, headers: [("Content-Type", "application/json")], text: text)
  }

  /// Bytes instead of a reply; the connection ends behind them.
  public static func raw(_ text: String) -> Reply {
    var reply = Reply()
    reply.raw = Array(text.utf8)
    reply.closes = true
    return reply
  }

  public static func redirect(_ status: Int = 307, to location: String) -> Reply {
    Reply(status, headers: [("Location", location)])
  }

  /// The head as it goes over the wire.
  var head: [UInt8] {
    var lines = ["HTTP/1.1 \(status) Scripted"]
    lines += headers.map { "\($0.name): \($0.value)" }
    switch framing {
    case .contentLength(let length):
      if !(100..<200).contains(status), status != 204 { lines.append("Content-Length: \(length ?? body.count)") }
    case .chunked: lines.append("Transfer-Encoding: chunked")
    case .untilClose: lines.append("Connection: close")
    }
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
  }

  /// A copy with a change: `reply.with { $0.cut = (10, .reset) }`.
  public func with(_ change: (inout Reply) -> Void) -> Reply {
    var copy = self
    change(&copy)
    return copy
  }
}

/// A body that need not be in memory.
public struct ReplyBody: Sendable {
  public let count: Int64
  private let fill: @Sendable (_ offset: Int64, _ count: Int) -> [UInt8]

  public init(_ bytes: [UInt8]) {
    count = Int64(bytes.count)
    fill = { offset, count in Array(bytes[Int(offset)..<Int(offset) + count]) }
  }

  /// - Parameter fill: the bytes from `offset` on, as many as asked for.
  public init(count: Int64, fill: @escaping @Sendable (_ offset: Int64, _ count: Int) -> [UInt8]) {
    self.count = count
    self.fill = fill
  }

  public func bytes(_ range: Range<Int64>) -> [UInt8] {
    fill(range.lowerBound, Int(range.upperBound - range.lowerBound))
  }

  public func slice(_ range: Range<Int64>) -> ReplyBody {
    ReplyBody(count: range.upperBound - range.lowerBound) { offset, count in
      fill(range.lowerBound + offset, count)
    }
  }
}
