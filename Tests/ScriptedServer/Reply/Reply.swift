/// What a scripted server sends, byte for byte, and where it misbehaves.
///
/// ```swift
/// Reply.blob(body, for: request).reset(after: 10 << 20)
/// Reply(429, headers: [("Retry-After", "2")])
/// Reply(text: "x").with { $0.framing = .chunked }
/// ```
public struct Reply: Sendable {
  /// How the client learns where the body ends (RFC 9112, section 6).
  public enum Framing: Sendable {
    /// `Content-Length` of the body, or this number, whatever the body has. A body that is cut, or has another length
    /// than the number, is the connection's last.
    case contentLength(Int64? = nil)
    /// `Content-Length` with a text that need not be a number.
    case contentLengthText(String)
    case chunked
    /// No length: the end of the connection ends the body.
    case untilClose
    /// Nothing is added to `headers`; the connection ends behind the body.
    case asWritten
  }

  /// How a connection ends.
  public enum Ending: Sendable {
    /// A TCP reset, once the client's system has taken all bytes sent before.
    case reset
    /// An orderly end: FIN; over TLS a close_notify before it.
    case finish
    /// FIN without close_notify, as a broken load balancer sends it (RFC 8446, section 6.1).
    case finishWithoutCloseNotify
    /// Nothing more comes, and the connection stays until the client leaves.
    case stall
  }

  public var status: Int
  /// The words behind the status; nil: the usual ones.
  public var reason: String?
  public var version = "HTTP/1.1"
  public var headers: HeaderFields
  public var body: ReplyBody
  public var framing: Framing = .contentLength()
  /// Lines behind the last chunk.
  public var trailers: HeaderFields = []
  /// Text sent before the status line, such as "HTTP/1.1 103 Early Hints\r\n\r\n".
  public var preamble = ""
  /// After this many body bytes, the ending.
  public var cut: (after: Int64, ending: Ending)?
  /// The bit of body byte `offset` that is wrong.
  public var flippedByte: Int64?
  /// Bytes of body a second.
  public var rate: Int64?
  /// Time between the request's last byte and the reply's first.
  public var delay: Duration?
  /// Bytes sent instead of everything else.
  public var raw: [UInt8]?
  /// The connection ends behind the reply, without a word of it in the head.
  public var closes = false
  /// How it ends then.
  public var closing: Ending = .finish
  /// Not even a head is sent: the connection stays until the client leaves.
  public var isSilent = false
  var waits: [Wait] = []
  var isFinished: @Sendable () -> Bool = { false }
  var meters: [ByteMeter] = []

  public init(_ status: Int = 200, headers: HeaderFields = [], body: ReplyBody = .empty) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  public init(_ status: Int = 200, headers: HeaderFields = [], text: String) {
    self.init(status, headers: headers, body: ReplyBody(text))
  }

  /// A copy with a change: `reply.with { $0.cut = (10, .reset) }`.
  public func with(_ change: (inout Reply) -> Void) -> Reply {
    var copy = self
    change(&copy)
    return copy
  }
}
