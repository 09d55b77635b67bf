import DrayMessages

/// The lines at the end of a terminal's text that are drawn anew again and again.
///
/// The cursor rests at the end of the last line. Each frame goes up to the first line, writes over what is there and
/// erases only what is left of it: nothing is blank in between, so nothing flickers.
struct TerminalRegion: Sendable {
  /// The columns of each line on the screen.
  private var widths: [Int] = []

  mutating func replace(with lines: [String], size: TerminalSize) -> String {
    let start = toStart(size)
    widths = lines.map(DisplayWidth.of)
    return start + lines.joined(separator: "\u{1B}[K\r\n") + "\u{1B}[J"
  }

  mutating func erase(size: TerminalSize) -> String {
    guard !widths.isEmpty else { return "" }
    let start = toStart(size)
    widths = []
    return start + "\u{1B}[J"
  }

  /// The way back to the first line. A terminal that has become narrower has broken the lines into several rows.
  private func toStart(_ size: TerminalSize) -> String {
    let columns = max(1, size.columns)
    let rows = widths.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
    return "\r" + (rows > 1 ? "\u{1B}[\(rows - 1)A" : "")
  }
}
