/// What a registry has to say beside its answer (distribution-spec "Warnings"): only `299 - "…"` is.
package enum WarningHeader {
  /// All text of one answer together, in bytes.
  static let limit = 4_096

  /// The texts, each once, in their order. They are foreign: escape them before they are shown.
  package static func texts(in values: [String]) -> [String] {
    var texts: [String] = []
    var budget = limit
    for value in values.prefix(1_000) {
      guard value.utf8.count <= limit, let text = text(of: value), !texts.contains(text) else { continue }
      guard text.utf8.count <= budget else { break }
      budget -= text.utf8.count
      texts.append(text)
    }
    return texts
  }

  private static func text(of value: String) -> String? {
    let value = value.trimmingBlanks
    guard value.hasPrefix("299 ") else { return nil }
    let afterAgent = value.dropFirst(4).drop { $0 != " " }.trimmingBlanks
    guard afterAgent.hasPrefix("\""), let close = afterAgent.lastIndex(of: "\""), close > afterAgent.startIndex else {
      return nil
    }
    var text = ""
    var isEscaped = false
    for character in afterAgent[afterAgent.index(after: afterAgent.startIndex)..<close] {
      if character == "\\", !isEscaped {
        isEscaped = true
        continue
      }
      isEscaped = false
      text.append(character)
    }
    return text.isEmpty ? nil : text
  }
}
