/// Makes text from outside safe to show: text of a server, of a file name, of an argument.
///
/// Control characters would let whoever wrote the text move the cursor, clear the screen or make a lie look like a
/// line of dray's own; bidirectional controls would reorder what stands beside them. They are shown as `\u{1B}`.
enum TerminalText {
  /// The longest foreign text that is shown, in columns.
  static let columnLimit = 200

  /// The text on one line, without any character that a terminal acts on, cut at `columns`.
  static func escaped(_ text: some StringProtocol, columns: Int = columnLimit) -> String {
    var kept = String.UnicodeScalarView()
    var width = 0
    // Combining characters take no columns, and yet must not go on for ever.
    var scalars = 0
    for scalar in text.unicodeScalars {
      let piece = shown(scalar)
      width += DisplayWidth.of(piece)
      scalars += 1
      guard width <= columns, scalars <= 4 * columns else {
        return DisplayWidth.prefix(String(kept), columns: columns - 1) + "…"
      }
      kept.append(contentsOf: piece.unicodeScalars)
    }
    return String(kept)
  }

  /// The text without any character that a terminal acts on, of any length: for a path that is to be copied.
  static func escapedWhole(_ text: some StringProtocol) -> String {
    guard text.unicodeScalars.contains(where: isUnsafe) else { return String(text) }
    return text.unicodeScalars.map(shown).joined()
  }

  private static func shown(_ scalar: Unicode.Scalar) -> String {
    isUnsafe(scalar) ? "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" : String(scalar)
  }

  /// C0, DEL, C1, the line and paragraph separators, and what changes the direction of text.
  static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F, 0x2028, 0x2029: true
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
