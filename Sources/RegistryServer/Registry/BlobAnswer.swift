import HTTPTypes
import ImageArchive
import NIOCore
import Waiting

/// The answer to a request for a blob: whole, a range, or several.
struct BlobAnswer {
  let blob: StoredBlob
  private static let type = "application/octet-stream"

  /// - Returns: 503 where the file is gone or is another one by now.
  func answer(_ request: ServerRequest) async throws -> ServerAnswer {
    let tag = "\"\(blob.digest)\""
    var fields: HTTPFields = [
      .contentType: Self.type, .acceptRanges: "bytes", .eTag: tag, .cacheControl: "max-age=31536000, immutable",
      .dockerContentDigest: "\(blob.digest)", .contentSecurityPolicy: "sandbox",
    ]
    if let answer = try request.conditionalAnswer(tag: tag, fields) { return answer }
    // A range is meant for the content that its tag names, or for none, and for GET alone (RFC 9110 §14.2).
    let isMeant = request.method == .get && request.fields[.ifRange].map { $0 == tag } ?? true
    let ranges = ByteRanges(isMeant ? request.fields[.range] : nil, size: blob.size)
    switch ranges {
    case .refused:
      throw DistributionRefusal(
        .unsupported, .badRequest, "more than \(ByteRanges.limit) ranges, or ranges that overlap; ask for fewer")
    case .unsatisfiable:
      fields[.contentRange] = "bytes */\(blob.size)"
      fields[.contentType] = nil
      fields[.eTag] = nil
      // It would stand for the blob.
      fields[.cacheControl] = nil
      return ServerAnswer(.rangeNotSatisfiable, fields)
    case .whole, .one, .several: break
    }
    guard let file = try await Workers.current.run({ try blob.open() }) else { throw DistributionRefusal.gone }
    switch ranges {
    case .one(let range):
      fields[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(blob.size)"
      return stream(.partialContent, fields, length: Int64(range.count)) {
        try await blob.send(range, of: file, to: $0)
      }
    case .several(let ranges):
      let parts = MultipartRanges(ranges, size: blob.size, type: Self.type)
      fields[.contentType] = parts.contentType
      return stream(.partialContent, fields, length: parts.length) { writer in
        for (head, range) in parts.parts {
          try await writer.write(ByteBuffer(string: head))
          try await blob.send(range, of: file, to: writer)
        }
        try await writer.write(ByteBuffer(string: parts.end))
      }
    default:
      return stream(.ok, fields, length: blob.size) { try await blob.send(0..<blob.size, of: file, to: $0) }
    }
  }

  private func stream(
    _ status: HTTPResponse.Status, _ fields: HTTPFields, length: Int64,
    _ send: @escaping @Sendable (any AnswerWriter) async throws -> Void
  ) -> ServerAnswer {
    ServerAnswer(status, fields, body: .stream(length: length, send: send))
  }
}

extension DistributionRefusal {
  /// What was there at the start is not what stands there now.
  static let gone = DistributionRefusal(
    .unavailable, .serviceUnavailable, "the file that holds this is gone or has changed; try again later",
    fields: [.retryAfter: "5"])
}
