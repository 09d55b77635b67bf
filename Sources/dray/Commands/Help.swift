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

/// The headings that the parser sets.
enum HelpHeading: Phrased, CaseIterable {
  case overview, usage, arguments, options, subcommands

  var phrase: Phrase {
    switch self {
    case .overview: Phrase("OVERVIEW: ", chinese: "概述：")
    case .usage: Phrase("USAGE: ", chinese: "用法：")
    case .arguments: Phrase("ARGUMENTS:", chinese: "参数：")
    case .options: Phrase("OPTIONS:", chinese: "选项：")
    case .subcommands: Phrase("SUBCOMMANDS:", chinese: "子命令：")
    }
  }
}

/// The remarks that the parser adds.
enum HelpRemark: Phrased, CaseIterable {
  case version, help, subcommands

  var phrase: Phrase {
    switch self {
    case .version: Phrase("Show the version.", chinese: "显示版本。")
    case .help: Phrase("Show help information.", chinese: "显示帮助。")
    case .subcommands:
      Phrase("See 'dray help <subcommand>' for detailed help.", chinese: "运行 “dray help <子命令>” 查看详细帮助。")
    }
  }
}
