/// What the server sends for one request: a status, exact header lines, a body, and the faults on its way.
///
/// Replies are values: start with one of the static functions and add to it.
/// ```swift
/// Reply.blob(layer).reset(after: 10 << 20)
/// Reply.status(429).header("Retry-After", "2")
/// ```
public struct Reply: Sendable {
  /// How the client learns where the body ends (RFC 9112, section 6).
  public enum Framing: Sendable {
    /// Content-Length with the body's length, or chunked for a body without an end.
    case contentLength
    /// Content-Length with another text; after the body the connection is closed, as nothing can follow it.
    case declaredLength(String)
    /// Chunks; the trailer lines stand behind the last chunk.
    case chunked(trailers: [Header] = [])
    /// No length: the end of the connection ends the body.
    case untilClose
    /// The reply's own header lines say all: nothing is added, the body is sent as it is, and the connection is
    /// closed behind it.
    case asWritten
  }

  /// What is sent at all.
  enum Form: Sendable {
    case http
    /// These bytes in place of a reply, then an ending.
    case raw(Content, Ending)
    /// Nothing, until the client leaves.
    case silence
  }

  public var status: Int
  /// The words behind the status; nil: none.
  public var reason: String?
  public var version = "HTTP/1.1"
  public var headers: [Header] = []
  public var content: Content
  public var framing: Framing = .contentLength
  /// Bytes sent before the status line, such as an interim reply "HTTP/1.1 103 Early Hints\r\n\r\n".
  public var preamble: [UInt8] = []
  /// How requests with a `Range` header are answered; nil: the header is not looked at.
  public var ranges: RangePolicy?
  /// Time between the request's last byte and the reply's first.
  public var delay: Duration = .zero
  var form: Form = .http
  var interruptions: [Interruption] = []
  var pace: Pace?
  var meters: [ByteMeter] = []
  /// The ending after a complete reply; nil: the connection stays open for a next request.
  var ending: Ending?
  /// The reply says `Connection: close`.
  var announcesClose = false

  init(status: Int, content: Content = .empty) {
    self.status = status
    self.content = content
  }

  public static func status(_ status: Int, _ text: String = "") -> Reply {
    Reply(status: status, content: .text(text))
  }

  public static func content(_ content: Content, type: String? = nil, status: Int = 200) -> Reply {
    var reply = Reply(status: status, content: content)
    if let type { reply.headers.append(Header("Content-Type", type)) }
    return reply
  }

  public static func bytes(_ bytes: [UInt8], type: String? = nil, status: Int = 200) -> Reply {
    .content(.bytes(bytes), type: type, status: status)
  }

  public static func json(_ text: String, status: Int = 200) -> Reply {
    .content(.text(text), type: "application/json", status: status)
  }

  public static func html(_ text: String, status: Int = 200) -> Reply {
    .content(.text(text), type: "text/html; charset=utf-8", status: status)
  }

  /// The error body of the distribution specification ("Error codes").
  public static func registryError(_ status: Int, _ code: String, _ message: String) -> Reply {
    .json("{\"errors\":[{\"code\":\(JSONText(code)),\"message\":\(JSONText(message))}]}", status: status)
  }

  public static func redirect(_ location: String, status: Int = 307) -> Reply {
    Reply(status: status).header("Location", location)
  }

  /// Content of which ranges may be asked for.
  public static func blob(_ content: Content, ranges: RangePolicy = .honest) -> Reply {
    var reply = Reply.content(content, type: "application/octet-stream")
    reply.ranges = ranges
    return reply
  }

  public static func blob(_ bytes: [UInt8], ranges: RangePolicy = .honest) -> Reply {
    .blob(.bytes(bytes), ranges: ranges)
  }

  /// These bytes and nothing else, for replies that no well-behaved server makes.
  public static func raw(_ text: String, then ending: Ending = .finish) -> Reply {
    .raw(.text(text), then: ending)
  }

  public static func raw(_ content: Content, then ending: Ending = .finish) -> Reply {
    var reply = Reply(status: 0)
    reply.form = .raw(content, ending)
    return reply
  }

  /// No answer at all: the connection stays open until the client leaves.
  public static var never: Reply {
    var reply = Reply(status: 0)
    reply.form = .silence
    return reply
  }

  /// The connection ends without an answer.
  public static func hangUp(_ ending: Ending = .finish) -> Reply {
    .raw(.empty, then: ending)
  }
}
