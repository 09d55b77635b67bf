/// The headings that the parser sets.
package enum HelpHeading: HelpText {
  case overview, usage, arguments, options, subcommands

  package var phrase: Phrase {
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
package enum HelpRemark: HelpText {
  case version, help, subcommands

  package var phrase: Phrase {
    switch self {
    case .version: Phrase("Show the version.", chinese: "显示版本。")
    case .help: Phrase("Show help information.", chinese: "显示帮助。")
    case .subcommands:
      Phrase("See 'dray help <subcommand>' for detailed help.", chinese: "运行 “dray help <子命令>” 查看详细帮助。")
    }
  }
}
