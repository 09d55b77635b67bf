import NIOCore

/// The head of a reply as text, and what it means for the body.
struct ReplyHead {
  enum Encoding {
    case plain
    case chunked(trailers: [Header])

    func wrapped(_ bytes: ByteBuffer) -> ByteBuffer {
      guard case .chunked = self else { return bytes }
      var chunk = ByteBuffer(string: String(bytes.readableBytes, radix: 16) + "\r\n")
      chunk.writeImmutableBuffer(bytes)
      chunk.writeString("\r\n")
      return chunk
    }

    /// What stands behind the last byte.
    var end: ByteBuffer {
      guard case .chunked(let trailers) = self else { return ByteBuffer() }
      return ByteBuffer(string: "0\r\n" + trailers.map { "\($0.name): \($0.value)\r\n" }.joined() + "\r\n")
    }
  }

  let text: String
  let encoding: Encoding
  let hasBody: Bool
  /// Nothing can follow the reply on its connection.
  let endsConnection: Bool

  init(_ reply: Reply, to request: Request) {
    var lines = reply.headers
    var encoding = Encoding.plain
    var endsConnection = false
    let isBodyless = reply.status == 204 || reply.status == 304
    switch (reply.framing, reply.content.length) {
    case (.contentLength, let length?):
      if !isBodyless { lines.append(Header("Content-Length", String(length))) }
    case (.contentLength, nil):
      encoding = .chunked(trailers: [])
    case (.declaredLength(let text), let length):
      lines.append(Header("Content-Length", text))
      endsConnection = text != length.map { String($0) } && request.method != "HEAD"
    case (.chunked(let trailers), _):
      encoding = .chunked(trailers: trailers)
    case (.untilClose, _), (.asWritten, _):
      endsConnection = true
    }
    if case .chunked = encoding { lines.append(Header("Transfer-Encoding", "chunked")) }
    if reply.announcesClose { lines.append(Header("Connection", "close")) }
    let reason = reply.reason ?? Self.reasons[reply.status] ?? "Status"
    text =
      "\(reply.version) \(reply.status) \(reason)\r\n"
      + lines.map { "\($0.name): \($0.value)\r\n" }.joined() + "\r\n"
    self.encoding = encoding
    self.endsConnection = endsConnection || (reply.version == "HTTP/1.0")
    hasBody = !isBodyless && request.method != "HEAD"
  }

  private static let reasons: [Int: String] = [
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content",
    301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect",
    308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 407: "Proxy Authentication Required", 408: "Request Timeout", 410: "Gone",
    412: "Precondition Failed", 416: "Range Not Satisfiable", 429: "Too Many Requests",
    500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
    504: "Gateway Timeout", 599: "Not In The Script",
  ]
}
