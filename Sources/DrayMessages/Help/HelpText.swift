/// What `--help` says of one thing: a command, an argument or an option.
package protocol HelpText: Phrased, CaseIterable, Sendable {}

/// What `--help` says about a command.
package protocol CommandHelp: HelpText {
  /// One line.
  static var abstract: Self { get }
  static var usage: Self { get }
  /// What it does, examples, exit codes.
  static var details: Self { get }
}
