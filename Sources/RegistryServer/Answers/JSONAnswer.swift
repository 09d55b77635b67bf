import FoundationEssentials
import HTTPTypes
import NIOCore

extension ServerAnswer {
  /// JSON for the page, which nobody is to keep.
  static func json(_ value: some Encodable, _ status: HTTPResponse.Status = .ok) -> ServerAnswer {
    ServerAnswer(status, [.contentType: "application/json", .cacheControl: "no-store"], body: .json(value))
  }
}

extension ServerAnswer.Body {
  static func json(_ value: some Encodable) -> Self { .bytes(.json(value)) }
}

extension ByteBuffer {
  static func json(_ value: some Encodable) -> ByteBuffer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // What the server says consists of texts and whole numbers, which always encode.
    return ByteBuffer(bytes: (try? encoder.encode(value)) ?? Data())
  }
}
