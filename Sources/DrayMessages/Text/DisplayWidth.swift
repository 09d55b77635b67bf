/// How many columns of a terminal text takes.
package enum DisplayWidth {
  /// The columns of a text of one line, without control characters.
  package static func of(_ text: some StringProtocol) -> Int {
    text.unicodeScalars.reduce(0) { $0 + of($1) }
  }

  /// Two for East Asian wide and full-width characters and emoji, none for what combines with the character before.
  ///
  /// Emoji that several scalars make count as the sum of their parts: a line may then end early, never too late.
  package static func of(_ scalar: Unicode.Scalar) -> Int {
    if (0x20..<0x7F).contains(scalar.value) { return 1 }
    if wideBlocks.contains(where: { $0.contains(scalar.value) }) { return 2 }
    if (0x1160...0x11FF).contains(scalar.value) { return 0 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return scalar.properties.isEmojiPresentation ? 2 : 1
    }
  }

  /// The beginning of a text that takes no more than so many columns.
  package static func prefix(_ text: String, columns: Int) -> String {
    var room = columns
    var kept = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      room -= of(scalar)
      guard room >= 0 else { break }
      kept.append(scalar)
    }
    return String(kept)
  }

  /// The text with blanks after it up to so many columns.
  package static func padded(_ text: String, to columns: Int) -> String {
    text + String(repeating: " ", count: max(0, columns - of(text)))
  }

  /// The text with blanks before it up to so many columns.
  package static func rightAligned(_ text: String, to columns: Int) -> String {
    String(repeating: " ", count: max(0, columns - of(text))) + text
  }

  /// Unicode Standard Annex 11, W and F, by blocks; emoji are known to the standard library.
  private static let wideBlocks: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
    0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F265, 0x20000...0x2FFFD, 0x30000...0x3FFFD,
  ]
}
