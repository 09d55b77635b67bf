/// What stands in names that were copied from web pages, chats and documents, and does not belong there.
enum PastedText {
  /// The text without characters that nobody sees, and with ASCII's own marks for those of a Chinese keyboard.
  static func cleaned(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where !scalar.properties.isDefaultIgnorableCodePoint {
      // U+FF01 to U+FF5E are the wide forms of ! to ~.
      let isWide = (0xFF01...0xFF5E).contains(scalar.value)
      scalars.append(isWide ? Unicode.Scalar(UInt8(scalar.value - 0xFF01 + 0x21)) : scalar == "\u{3002}" ? "." : scalar)
    }
    return String(scalars)
  }

  /// The word without quotation marks and commas around it.
  static func unquoted(_ word: String) -> String {
    let marks: Set<Character> = ["\"", "'", "`", "“", "”", "‘", "’", "«", "»", "「", "」", ",", ";", "，", "；"]
    return String(word.drop { marks.contains($0) }.reversed().drop { marks.contains($0) }.reversed())
  }
}
