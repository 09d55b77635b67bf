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
    let outcome = Help.$language.withValue(language) { Self.outcome(of: arguments, columns: columns) }
    switch outcome {
    case .success(.command(let command)): return .command(command)
    case .success(.text(let text)): return .text(Help.translated(text, to: language))
    case .failure(let error): throw error
    }
  }

  private static func isPassword(_ word: String) -> Bool { word == "--password" || word.hasPrefix("--password=") }

  /// Docker's and podman's `login -p PASSWORD`.
  private static func isShortPassword(_ word: String) -> Bool { word.hasPrefix("-p") }

  /// The help of a command, or of dray itself.
  static func help(language: Language, columns: Int) -> String {
    let text = Help.$language.withValue(language) { DrayCommand.helpMessage(columns: columns) }
    return Help.translated(text, to: language)
  }

  private static func outcome(of arguments: [String], columns: Int) -> Result<Reading, UsageError> {
    do {
      var command = try DrayCommand.parseAsRoot(arguments)
      if let command = command as? any ContextualCommand { return .success(.command(command)) }
      // The parser's own commands show something by throwing it.
      try command.run()
      return .success(.text(""))
    } catch {
      guard DrayCommand.exitCode(for: error).isSuccess else {
        return .failure(UsageError(parserMessage: DrayCommand.message(for: error)))
      }
      return .success(.text(DrayCommand.fullMessage(for: error, columns: columns)))
    }
  }
}

extension UsageError {
  /// Reads the parser's sentence, so that it can be said in the user's language. A sentence that is not known stands
  /// as the parser wrote it.
  init(parserMessage: String) {
    let quoted = parserMessage.split(separator: "'", omittingEmptySubsequences: false).enumerated()
      .compactMap { $0.offset.isMultiple(of: 2) ? nil : String($0.element) }
    let option = quoted.first.map { String($0.prefix { $0 != " " }) } ?? ""
    self =
      if parserMessage.hasPrefix("Unknown option '") {
        .unknownOption(option, similar: quoted.count > 1 ? quoted[1] : nil)
      } else if parserMessage.hasPrefix("Missing value for '") {
        .missingValue(option: option)
      } else if parserMessage.hasPrefix("The option '") {
        .unwantedValue(option: option)
      } else if parserMessage.hasPrefix("Unexpected argument '") {
        .unexpected(String(parserMessage.dropFirst("Unexpected argument '".count).dropLast()))
      } else if parserMessage.hasPrefix("Missing expected argument '") {
        .missingArgument(quoted.first ?? "")
      } else if parserMessage.contains(" unexpected arguments: '") {
        .unexpected(quoted.first ?? "")
      } else {
        .malformed(parserMessage)
      }
  }

  private static func unexpected(_ argument: String) -> UsageError {
    .unexpectedArgument(argument, similar: CommandSuggestion.command(for: argument))
  }
}
