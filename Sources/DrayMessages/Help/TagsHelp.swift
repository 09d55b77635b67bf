/// What `--help` says about `dray tags`.
package enum TagsHelp: CommandHelp {
  case abstract, usage, details
  case repository

  package var phrase: Phrase {
    switch self {
    case .abstract: Phrase("List the tags of a repository.", chinese: "列出仓库中的标签。")
    case .usage: Phrase("dray tags <repository> [options]", chinese: "dray tags <仓库名> [选项]")
    case .details:
      Phrase(
        """
        Prints one tag per line, ordered by version: 1.9 before 1.10, 2.0-rc1 before 2.0. Other tags come first.

        Examples:
          dray tags nginx
          dray tags harbor.example.com/team/app
          dray tags harbor.example.com/team/app --json

        The exit codes are those of dray pull.
        """,
        chinese: """
          每行一个标签，按版本顺序排列：1.9 在 1.10 之前，2.0-rc1 在 2.0 之前；非版本的标签排在最前。

          示例：
            dray tags nginx
            dray tags harbor.example.com/team/app
            dray tags harbor.example.com/team/app --json

          退出码与 dray pull 相同。
          """)
    case .repository:
      Phrase(
        "The repository: nginx, harbor.example.com:8443/team/app",
        chinese: "仓库名：nginx、harbor.example.com:8443/team/app")
    }
  }
}
