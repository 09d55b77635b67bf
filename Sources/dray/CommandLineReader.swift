import ArgumentParser
import DrayMessages

/// Reads the words of a command line.
enum CommandLineReader {
  enum Reading {
    case command(any ContextualCommand)
    /// Nothing to do but to show this: help, the version, a shell's completions.
    case text(String)
  }

  /// - Parameter columns: how wide help may be.
  /// - Throws: ``UsageError``.
  static func read(_ arguments: [String], language: Language, columns: Int) throws(UsageError) -> Reading {
    let options = arguments.prefix { $0 != "--" }
    // Looked for first: the parser would repeat the password in its message.
    let isLogin = arguments.first == LoginCommand.name
    if options.contains(where: { isPassword($0) || isLogin && isShortPassword($0) }) { throw .passwordOnCommandLine }
    let reading = Help.$language.withValue(language) { () -> Result<Reading, UsageError> in
      do {
        var command = try DrayCommand.parseAsRoot(arguments)
        if let command = command as? any ContextualCommand { return .success(.command(command)) }
        // The parser's own commands show something by throwing it.
        try command.run()
        return .success(.text(""))
      } catch {
        guard DrayCommand.exitCode(for: error).isSuccess else {
          return .failure(ParserEnglish.error(DrayCommand.message(for: error)))
        }
        return .success(
          .text(ParserEnglish.translated(DrayCommand.fullMessage(for: error, columns: columns), to: language)))
      }
    }
    return try reading.get()
  }

  private static func isPassword(_ word: String) -> Bool { word == "--password" || word.hasPrefix("--password=") }

  /// Docker's and podman's `login -p PASSWORD`.
  private static func isShortPassword(_ word: String) -> Bool { word.hasPrefix("-p") }

  /// The help of a command, or of dray itself.
  static func help(language: Language, columns: Int) -> String {
    let text = Help.$language.withValue(language) { DrayCommand.helpMessage(columns: columns) }
    return ParserEnglish.translated(text, to: language)
  }
}
