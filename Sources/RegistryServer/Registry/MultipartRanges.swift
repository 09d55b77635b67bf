/// The frame of an answer with several ranges (RFC 9110, section 14.6): one part for each, in their order.
struct MultipartRanges: Sendable {
  /// What stands before each range, and the range.
  let parts: [(head: String, range: Range<Int64>)]
  let contentType: String
  /// Of the whole body, in bytes.
  let length: Int64
  private static let boundary = "draybyteranges7c1f0e"

  init(_ ranges: [Range<Int64>], size: Int64, type: String) {
    parts = ranges.enumerated().map { index, range in
      let head =
        "\(index == 0 ? "" : "\r\n")--\(Self.boundary)\r\nContent-Type: \(type)\r\n"
        + "Content-Range: bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)\r\n\r\n"
      return (head, range)
    }
    contentType = "multipart/byteranges; boundary=\(Self.boundary)"
    length =
      parts.reduce(0) { $0 + Int64($1.head.utf8.count) + Int64($1.range.count) }
      + Int64("\r\n--\(Self.boundary)--\r\n".utf8.count)
  }

  var end: String { "\r\n--\(Self.boundary)--\r\n" }
}
