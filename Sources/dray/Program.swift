import DrayMessages

/// What the program does with its arguments.
enum Program {
  static func run(_ arguments: [String], in context: CommandContext) async -> ExitCode {
    if arguments.isEmpty { return await withoutArguments(context) }
    let columns = helpColumns(context.output)
    do {
      switch try CommandLineReader.read(arguments, language: context.language, columns: columns) {
      case .command(let command): return await command.run(in: context)
      case .text(let text): return show(text, context)
      }
    } catch {
      context.report(error)
      return ExitCode(error.failureClass)
    }
  }

  private static func withoutArguments(_ context: CommandContext) async -> ExitCode {
    if context.isInteractive {
      return await InteractivePull(context: context) { await run(["serve"], in: context) }.run()
    }
    context.say(CommandLineReader.help(language: context.language, columns: helpColumns(context.errors)) + "\n")
    return .failure(.usage)
  }

  private static func show(_ text: String, _ context: CommandContext) -> ExitCode {
    do {
      try context.output.write(text + "\n")
      return .success
    } catch {
      return context.exitCode(for: error)
    }
  }

  /// Long lines are hard to read, so help does not fill a wide terminal.
  private static func helpColumns(_ stream: StandardStream) -> Int {
    stream.isTerminal ? min(max(TerminalSize(of: stream.descriptor).columns, 40), 100) : 100
  }
}
