import DrayMessages

/// The English of swift-argument-parser, recognised here and nowhere else.
///
/// Its errors (`CommandError`, `ParserError`) are internal to it, and the headings of its help cannot be set: its sentences are
/// all that it gives. The tests of command lines and of help ask the parser itself, and fail where a release words them anew.
enum ParserEnglish {
  /// Puts the words that it adds to help into a language.
  static func translated(_ text: String, to language: Language) -> String {
    guard language != .english else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      for phrase in HelpHeading.allCases.map(\.phrase) where line.hasPrefix(phrase.english.text) {
        return phrase.text(language) + line.dropFirst(phrase.english.text.utf8.count)
      }
      for phrase in HelpRemark.allCases.map(\.phrase) where line.hasSuffix(phrase.english.text) {
        return line.dropLast(phrase.english.text.utf8.count) + phrase.text(language)
      }
      return String(line)
    }.joined(separator: "\n")
  }

  /// Reads a sentence about what is wrong, so that it can be said in the user's language. One that is not known stands as
  /// the parser wrote it.
  static func error(_ sentence: String) -> UsageError {
    let quoted = sentence.split(separator: "'", omittingEmptySubsequences: false).enumerated()
      .compactMap { $0.offset.isMultiple(of: 2) ? nil : String($0.element) }
    let option = quoted.first.map { String($0.prefix { $0 != " " }) } ?? ""
    if sentence.hasPrefix("Unknown option '") {
      return .unknownOption(option, similar: quoted.count > 1 ? quoted[1] : nil)
    }
    if sentence.hasPrefix("Missing value for '") { return .missingValue(option: option) }
    if sentence.hasPrefix("The option '") { return .unwantedValue(option: option) }
    if sentence.hasPrefix("Unexpected argument '") {
      return unexpected(String(sentence.dropFirst("Unexpected argument '".count).dropLast()))
    }
    if sentence.hasPrefix("Missing expected argument '") { return .missingArgument(quoted.first ?? "") }
    if sentence.contains(" unexpected arguments: '") { return unexpected(quoted.first ?? "") }
    return .malformed(sentence)
  }

  private static func unexpected(_ argument: String) -> UsageError {
    .unexpectedArgument(argument, similar: CommandSuggestion.command(for: argument))
  }
}
