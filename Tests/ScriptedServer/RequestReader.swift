/// Reads requests out of the bytes of one connection.
struct RequestReader {
  private var buffer: [UInt8] = []
  private let connection: Int

  enum Malformed: Error { case notHTTP }

  init(connection: Int) {
    self.connection = connection
  }

  mutating func append(_ bytes: some Collection<UInt8>) { buffer.append(contentsOf: bytes) }

  /// Whether the client begins a TLS handshake.
  var isHandshake: Bool { buffer.first == 0x16 }

  /// The next whole request; nil where more bytes are needed.
  mutating func next() throws -> RecordedRequest? {
    guard let end = headEnd else {
      if buffer.count > 64 << 10 { throw Malformed.notHTTP }
      return nil
    }
    let lines = String(decoding: buffer[..<end], as: UTF8.self).components(separatedBy: "\r\n")
    let words = (lines.first ?? "").split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, words[2] == "HTTP/1.1",
      words[1].hasPrefix("/") || words[0] == "CONNECT"
        || words[1].hasPrefix("http://")
    else { throw Malformed.notHTTP }
    var headers: [(name: String, value: String)] = []
    for line in lines.dropFirst() where !line.isEmpty {
      guard let colon = line.firstIndex(of: ":") else { throw Malformed.notHTTP }
      headers.append((String(line[..<colon]), line[line.index(after: colon)...].drop { $0 == " " }.description))
    }
    let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
    guard buffer.count >= end + 4 + length else { return nil }
    let body = Array(buffer[(end + 4)..<(end + 4 + length)])
    buffer.removeFirst(end + 4 + length)
    return RecordedRequest(
      method: String(words[0]), target: String(words[1]), headers: headers, body: body, connection: connection)
  }

  private var headEnd: Int? {
    guard buffer.count >= 4 else { return nil }
    return (0...(buffer.count - 4)).first {
      buffer[$0] == 13 && buffer[$0 + 1] == 10 && buffer[$0 + 2] == 13 && buffer[$0 + 3] == 10
    }
  }
}

extension String {
  fileprivate func components(separatedBy separator: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
