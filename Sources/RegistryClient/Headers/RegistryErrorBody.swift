import FoundationEssentials
import ImageModel

/// The body of a failure (distribution-spec "Error Codes"), or the beginning of whatever else a server wrote.
package struct RegistryErrorBody: Sendable, Hashable {
  /// How much of a text that is no such body is kept, in bytes.
  static let textLimit = 1_024
  static let entryLimit = 10

  package let codes: [String]
  /// Code and message of each entry. They are foreign: escape them before they are shown.
  package let words: [String]

  private struct Body: Decodable {
    struct Entry: Decodable {
      var code: String?
      var message: String?
    }
    var errors: [Entry]?
    /// What token services and proxies write instead.
    var details: String?
    var message: String?
  }

  package init(parsing bytes: [UInt8]) {
    if (try? JSONScanner.check(bytes, numbers: .finite)) != nil,
      let body = try? JSONDecoder().decode(Body.self, from: Data(bytes))
    {
      let entries = (body.errors ?? []).prefix(Self.entryLimit)
      codes = entries.compactMap(\.code)
      let told = entries.map { [$0.code, $0.message].compactMap { $0 }.joined(separator: ": ") }
      words = (told + [body.details, body.message].compactMap { $0 }).filter { !$0.isEmpty }
        .map { String($0.prefix(Self.textLimit)) }
    } else {
      codes = []
      let text = bytes.looksLikeHTML ? "" : String(decoding: bytes.prefix(Self.textLimit), as: UTF8.self)
      words = text.isEmpty ? [] : [text]
    }
  }
}
