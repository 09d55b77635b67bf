/// Makes text from outside safe to show: text of a server, of a file name, of an argument.
///
/// Control characters would let whoever wrote the text move the cursor, clear the screen or make a lie look like a
/// line of dray's own; bidirectional controls would reorder what stands beside them. They are shown as `\u{1B}`, and so are
/// characters that nobody sees, or takes for a blank: a name that was copied from a web page may hold some.
package enum TerminalText {
  /// The longest foreign text that is shown, in columns.
  package static let columnLimit = 200

  /// The text on one line, without any character that a terminal acts on, cut at `columns`.
  package static func escaped(_ text: some StringProtocol, columns: Int = columnLimit) -> String {
    var kept = String.UnicodeScalarView()
    var width = 0
    // Combining characters take no columns, and yet must not go on for ever.
    var scalars = 0
    var former: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      let piece = shown(scalar, behind: former)
      former = scalar
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
  package static func escapedWhole(_ text: some StringProtocol) -> String {
    guard text.unicodeScalars.contains(where: { isUnsafe($0) || isJoiner($0) }) else { return String(text) }
    var former: Unicode.Scalar?
    var kept = ""
    for scalar in text.unicodeScalars {
      kept += shown(scalar, behind: former)
      former = scalar
    }
    return kept
  }

  private static func shown(_ scalar: Unicode.Scalar, behind former: Unicode.Scalar?) -> String {
    // Emoji and some scripts need joiners; between letters of a name they are only hidden.
    let isHidden = isUnsafe(scalar) || isJoiner(scalar) && (former.map { $0.isASCII || isUnsafe($0) } ?? true)
    return isHidden ? "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" : String(scalar)
  }

  /// What a terminal acts on: C0, DEL, C1, the line and paragraph separators, and what changes the direction of text. And
  /// what nobody sees: characters without a width (Unicode, Default_Ignorable_Code_Point) and odd blanks, but for the wide
  /// one of Chinese and Japanese.
  package static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E: false
    case 0x00...0x1F, 0x7F...0xA0, 0xAD, 0x034F, 0x061C, 0x115F, 0x1160, 0x1680, 0x17B4, 0x17B5, 0x180B...0x180F: true
    case 0x2000...0x200B, 0x200E, 0x200F, 0x2028...0x202F, 0x205F...0x206F, 0x3164: true
    case 0xFEFF, 0xFFA0, 0xFFF0...0xFFFB, 0xE0000...0xE0FFF: true
    default: false
    }
  }

  /// Joins the characters on both sides, or chooses a form of the one before.
  private static func isJoiner(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x200C, 0x200D, 0xFE00...0xFE0F: true
    default: false
    }
  }
}
