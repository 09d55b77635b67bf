import DrayMessages
import FoundationEssentials

/// A JSON object on one line.
enum JSONLine {
  /// The object with its newline; its keys sorted, so that the same object is the same line.
  static func text(_ record: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Records are made of texts and whole numbers; there is nothing in them that cannot be encoded.
    guard let data = try? encoder.encode(record) else { return "" }
    return escaped(String(decoding: data, as: UTF8.self)) + "\n"
  }

  /// JSON allows characters that a terminal acts on. They occur within strings only, where an escape means the same.
  private static func escaped(_ json: String) -> String {
    guard json.unicodeScalars.contains(where: TerminalText.isUnsafe) else { return json }
    return json.unicodeScalars.map { scalar in
      guard TerminalText.isUnsafe(scalar) else { return String(scalar) }
      let digits = String(scalar.value, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }.joined()
  }
}
