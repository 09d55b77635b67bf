import NIOCore

/// The head of a reply as text, and what it means for the body.
struct ReplyHead {
  let text: String
  let hasBody: Bool
  let isChunked: Bool
  /// Nothing can follow the reply on its connection.
  let endsConnection: Bool
  private let trailers: HeaderFields

  init(_ reply: Reply, to request: RecordedRequest) {
    hasBody = request.method != "HEAD" && reply.status != 204 && reply.status != 304
    var lines = reply.headers
    var isChunked = false
    var endsConnection = reply.closes || reply.version == "HTTP/1.0"
    switch reply.framing {
    case .contentLength(nil) where reply.body.isEndless: isChunked = true
    case .contentLength(let length):
      if reply.status != 204, reply.status != 304 {
        lines.append(("Content-Length", String(length ?? reply.body.count)))
      }
      endsConnection = endsConnection || (hasBody && length ?? reply.body.count != reply.body.count)
    case .contentLengthText(let text):
      lines.append(("Content-Length", text))
      endsConnection = true
    case .chunked: isChunked = true
    case .untilClose:
      lines.append(("Connection", "close"))
      endsConnection = true
    case .asWritten: endsConnection = true
    }
    if isChunked { lines.append(("Transfer-Encoding", "chunked")) }
    let reason = reply.reason ?? Self.reasons[reply.status] ?? "Scripted"
    text =
      "\(reply.version) \(reply.status) \(reason)\r\n" + lines.map { "\($0.name): \($0.value)\r\n" }.joined() + "\r\n"
    self.isChunked = isChunked
    self.endsConnection = endsConnection
    trailers = reply.trailers
  }

  /// A piece of body as it goes over the wire.
  func framed(_ piece: ByteBuffer) -> ByteBuffer {
    guard isChunked else { return piece }
    var chunk = ByteBuffer(string: String(piece.readableBytes, radix: 16) + "\r\n")
    chunk.writeImmutableBuffer(piece)
    chunk.writeString("\r\n")
    return chunk
  }

  /// What stands behind the last byte of the body.
  var end: String {
    isChunked ? "0\r\n" + trailers.map { "\($0.name): \($0.value)\r\n" }.joined() + "\r\n" : ""
  }

  private static let reasons: [Int: String] = [
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content",
    301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect",
    308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 407: "Proxy Authentication Required", 408: "Request Timeout", 410: "Gone",
    412: "Precondition Failed", 416: "Range Not Satisfiable", 429: "Too Many Requests",
    500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
    504: "Gateway Timeout",
  ]
}
