/// What a registry has to say beside its answer (distribution-spec "Warnings"): only `299 - "…"` is.
package enum WarningHeader {
  /// All text of one answer together, in bytes.
  static let limit = 4_096
  /// Header lines that are looked at.
  static let lineLimit = 1_000
  /// The longest line that is read, in bytes: longer ones are taken by no server.
  private static let lineSizeLimit = 64 << 10

  /// The texts, each once, in their order, the last one cut where there is no room for all of it. They are foreign: escape them before they are shown.
  package static func texts(in values: [String]) -> [String] {
    var texts: [String] = []
    var room = limit
    for value in values.prefix(lineLimit) where value.utf8.count <= lineSizeLimit {
      var scanner = FieldScanner(value)
      scanner.skipListSeparators()
      while !scanner.isAtEnd {
        if let text = text(&scanner), !text.isEmpty, !texts.contains(text) {
          guard text.utf8.count <= room else { return texts + cut(text, to: room) }
          room -= text.utf8.count
          texts.append(text)
        }
        scanner.skipElement()
        scanner.skipListSeparators()
      }
    }
    return texts
  }

  private static func cut(_ text: String, to room: Int) -> [String] {
    let mark = "…"
    guard room > mark.utf8.count else { return [] }
    var end = text.utf8.index(text.startIndex, offsetBy: room - mark.utf8.count)
    while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    return end > text.startIndex ? [text[..<end] + mark] : []
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
