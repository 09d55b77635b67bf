import NIOCore

/// Reads requests off one connection: strict, so that a client's own malformed request is found.
struct RequestReader {
  static let maximumHeadSize = 1 << 20

  /// A longer body is not read; the connection ends behind the reply.
  private let bodyLimit: Int?
  private var chunks: AsyncThrowingStream<ByteBuffer, any Error>.Iterator
  private var buffer = ByteBuffer()

  init(_ chunks: AsyncThrowingStream<ByteBuffer, any Error>, bodyLimit: Int? = nil) {
    self.bodyLimit = bodyLimit
    self.chunks = chunks.makeAsyncIterator()
  }

  /// The first byte of the connection; nil when the client left without one.
  mutating func peek() async throws -> UInt8? {
    while buffer.readableBytes == 0 {
      guard try await more() else { return nil }
    }
    return buffer.getInteger(at: buffer.readerIndex)
  }

  /// The next request; nil when the client left between two requests or in the middle of one.
  mutating func next() async throws -> RecordedRequest? {
    guard let head = try await head() else { return nil }
    var request = try RequestHead.parse(head)
    if request.values("Transfer-Encoding").contains(where: { $0.lowercased() == "chunked" }) {
      guard let body = try await chunkedBody() else { return nil }
      request.body = body
    } else if let text = request.header("Content-Length") {
      guard let length = Int(text), length >= 0 else { throw MalformedRequest("Content-Length: \(text)") }
      if let bodyLimit, length > bodyLimit {
        request.isCutShort = true
        return request
      }
      guard let body = try await bytes(length) else { return nil }
      request.body = body
    }
    return request
  }

  /// Takes what was read beyond the last request.
  mutating func takeRest() -> ByteBuffer {
    defer { buffer.clear() }
    return buffer
  }

  private mutating func more() async throws -> Bool {
    guard var chunk = try await chunks.next() else { return false }
    buffer.discardReadBytes()
    buffer.writeBuffer(&chunk)
    return true
  }

  private mutating func head() async throws -> [UInt8]? {
    var searched = 0
    while true {
      let view = buffer.readableBytesView
      if let end = Self.endOfHead(view, from: searched) {
        return buffer.readBytes(length: end)
      }
      guard view.count <= Self.maximumHeadSize else { throw MalformedRequest("head over \(Self.maximumHeadSize)") }
      searched = max(0, view.count - 3)
      guard try await more() else { return nil }
    }
  }

  /// How many bytes the head takes, its empty line included.
  private static func endOfHead(_ view: ByteBufferView, from start: Int) -> Int? {
    let mark: [UInt8] = [13, 10, 13, 10]
    return view.withUnsafeBytes { bytes in
      guard bytes.count >= 4 else { return nil }
      for index in start...max(start, bytes.count - 4) where index + 4 <= bytes.count {
        if (0..<4).allSatisfy({ bytes[index + $0] == mark[$0] }) { return index + 4 }
      }
      return nil
    }
  }

  private mutating func bytes(_ count: Int) async throws -> [UInt8]? {
    while buffer.readableBytes < count {
      guard try await more() else { return nil }
    }
    return buffer.readBytes(length: count)
  }

  private mutating func line() async throws -> String? {
    while true {
      let view = buffer.readableBytesView
      if let end = view.firstIndex(of: 10) {
        let line = buffer.readBytes(length: view.distance(from: view.startIndex, to: end) + 1) ?? []
        guard line.suffix(2) == [13, 10] else { throw MalformedRequest("a line without CR") }
        return String(decoding: line.dropLast(2), as: UTF8.self)
      }
      guard try await more() else { return nil }
    }
  }

  private mutating func chunkedBody() async throws -> [UInt8]? {
    var body: [UInt8] = []
    while true {
      guard let sizeLine = try await line() else { return nil }
      guard let size = Int(sizeLine, radix: 16), size >= 0 else { throw MalformedRequest("chunk size \(sizeLine)") }
      if size == 0 {
        while let trailer = try await line() {
          if trailer.isEmpty { return body }
        }
        return nil
      }
      guard let chunk = try await bytes(size), let end = try await line() else { return nil }
      guard end.isEmpty else { throw MalformedRequest("chunk longer than its size") }
      body += chunk
    }
  }
}
