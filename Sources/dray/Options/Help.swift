import ArgumentParser
import DrayMessages

/// How help is shown.
enum Help {
  /// The language of help. The parser makes its help from static properties, so the language cannot be handed down.
  @TaskLocal static var language = Language.english

  /// Puts the words that the parser itself adds into a language.
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
}

extension ArgumentHelp {
  init(_ words: some HelpText, valueName: String? = nil) {
    self.init(stringLiteral: words.text(Help.language))
    self.valueName = valueName
  }
}

extension CommandConfiguration {
  init<Text: CommandHelp>(_ name: String, _: Text.Type) {
    self.init(
      commandName: name, abstract: Text.abstract.text(Help.language), usage: Text.usage.text(Help.language),
      discussion: Text.details.text(Help.language))
  }
}
