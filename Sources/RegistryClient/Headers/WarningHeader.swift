/// What a registry has to say beside its answer (distribution-spec "Warnings"): only `299 - "…"` is.
package enum WarningHeader {
  /// All text of one answer together, in bytes.
  static let limit = 4_096
  /// Header lines that are looked at.
  static let lineLimit = 1_000

  /// The texts, each once, in their order. They are foreign: escape them before they are shown.
  package static func texts(in values: [String]) -> [String] {
    var texts: [String] = []
    var room = limit
    for value in values.prefix(lineLimit) where value.utf8.count <= 2 * limit {
      var scanner = FieldScanner(value)
      scanner.skipListSeparators()
      while !scanner.isAtEnd {
        if let text = text(&scanner), !text.isEmpty, !texts.contains(text) {
          guard text.utf8.count <= room else { return texts }
          room -= text.utf8.count
          texts.append(text)
        }
        scanner.skipElement()
        scanner.skipListSeparators()
      }
    }
    return texts
  }

  /// Code, agent and text; a date may follow (RFC 7234 §5.5).
  private static func text(_ scanner: inout FieldScanner) -> String? {
    guard scanner.token() == "299", scanner.skip(" "), scanner.take(while: { (0x21...0x7e).contains($0) }) != nil,
      scanner.skip(" ")
    else { return nil }
    scanner.skipBlanks()
    return scanner.quotedString()
  }
}
