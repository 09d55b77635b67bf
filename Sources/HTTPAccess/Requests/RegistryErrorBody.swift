import FoundationEssentials
import ImageModel

/// The body of a failure (distribution-spec "Error Codes"), or the beginning of whatever else a server wrote.
package struct RegistryErrorBody: Sendable, Hashable {
  /// How much of a body is looked at, in bytes.
  package static let sizeLimit = 64 << 10
  /// How much of one text is kept, in bytes.
  static let textLimit = 1_024
  static let entryLimit = 10

  /// One of the specification's errors. All of it is foreign: escape it before it is shown.
  package struct Entry: Sendable, Hashable {
    package let code: String?
    package let message: String?
    /// Only where it is text; it may be anything.
    package let detail: String?
  }

  package let entries: [Entry]
  /// Code and message of each entry, or what the server wrote instead, each at most 1 KiB. They are foreign: escape
  /// them before they are shown.
  package let words: [String]

  package var codes: [String] { entries.compactMap(\.code) }

  package init(parsing bytes: [UInt8]) {
    let bytes = Array(bytes.prefix(Self.sizeLimit))
    if let body = Self.body(bytes) {
      entries = body.errors.prefix(Self.entryLimit).map {
        Entry(code: Self.cut($0.code), message: Self.cut($0.message), detail: Self.cut($0.detail))
      }
      let told = entries.map { [$0.code, $0.message].compactMap { $0 }.joined(separator: ": ") }
      words = (told + body.others.compactMap(Self.cut)).filter { !$0.isEmpty }
    } else {
      entries = []
      let text = bytes.looksLikeHTML ? nil : Self.cut(String(decoding: bytes.prefix(Self.textLimit + 4), as: UTF8.self))
      // A line's end is no word (ECR).
      let line = text.map { $0.reversed().drop(while: \.isWhitespace).reversed() } ?? []
      words = line.isEmpty ? [] : [String(line)]
    }
  }

  private static func body(_ bytes: [UInt8]) -> Body? {
    guard (try? JSONScanner.check(bytes, numbers: .finite)) != nil else { return nil }
    return try? JSONDecoder().decode(Body.self, from: Data(bytes))
  }

  /// The beginning of a text, up to the limit, in whole characters.
  private static func cut(_ text: String?) -> String? {
    guard let text, text.utf8.count > textLimit else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: textLimit)
    while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    return String(text[..<end])
  }
}

/// The JSON of a failure, as far as it is of the expected kind: a server that gets one field wrong is still heard.
private struct Body: Decodable {
  struct Entry: Decodable {
    var code: String?
    var message: String?
    var detail: String?

    enum CodingKeys: String, CodingKey {
      case code, message, detail
    }

    init(from decoder: any Decoder) throws {
      if let text = try? decoder.singleValueContainer().decode(String.self) {
        message = text
        return
      }
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      code = try? fields.decode(String.self, forKey: .code)
      message = try? fields.decode(String.self, forKey: .message)
      detail = try? fields.decode(String.self, forKey: .detail)
    }
  }

  var errors: [Entry]
  /// What token services and proxies write instead (RFC 6749 §5.2, Docker Hub, AWS).
  var others: [String]

  enum CodingKeys: String, CodingKey, CaseIterable {
    case errors, error
    case description = "error_description"
    case details, detail, message
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    let list = try? fields.decode([Entry].self, forKey: .errors)
    errors = list ?? (try? fields.decode(Entry.self, forKey: .errors)).map { [$0] } ?? []
    others = CodingKeys.allCases.dropFirst().compactMap { try? fields.decode(String.self, forKey: $0) }
  }
}
