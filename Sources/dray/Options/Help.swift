import ArgumentParser
import DrayMessages

/// How help is shown.
enum Help {
  /// The language of help. The parser makes its help from static properties, so the language cannot be handed down.
  @TaskLocal static var language = Language.english
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
