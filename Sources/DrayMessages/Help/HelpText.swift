/// What `--help` says of one thing: a command, an argument or an option.
package protocol HelpText: Phrased, CaseIterable, Sendable {}
