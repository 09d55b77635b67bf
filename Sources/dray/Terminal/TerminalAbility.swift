/// What a stream can show.
enum TerminalAbility: Sendable, Hashable {
  /// No terminal: a file, a pipe, a log.
  case none
  /// A terminal that shows lines one after another. Its cursor is not moved.
  case lines
  /// A terminal whose cursor can be moved.
  case cursor

  /// `TERM=dumb`, no `TERM`, or `NO_COLOR` ask for text without escape sequences.
  init(isTerminal: Bool, environment: (String) -> String?) {
    let kind = environment("TERM") ?? ""
    let wantsPlainText = !(environment("NO_COLOR") ?? "").isEmpty
    self =
      if !isTerminal { .none } else if kind.isEmpty || kind == "dumb" || wantsPlainText { .lines } else { .cursor }
  }
}
