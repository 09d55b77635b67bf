import FileAccess

/// The columns and rows of a terminal.
struct TerminalSize: Sendable, Hashable {
  let columns: Int
  let rows: Int

  /// What is taken where a terminal does not know its own size and says 0 × 0.
  static let fallback = TerminalSize(columns: 80, rows: 24)

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  /// The size that the terminal behind a descriptor has at this moment.
  ///
  /// It is asked for each frame. So no signal handler is needed, and a frame after a resize is right.
  init(of descriptor: Int32) {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 else {
      self = .fallback
      return
    }
    self.init(
      columns: size.ws_col == 0 ? Self.fallback.columns : Int(size.ws_col),
      rows: size.ws_row == 0 ? Self.fallback.rows : Int(size.ws_row))
  }
}
