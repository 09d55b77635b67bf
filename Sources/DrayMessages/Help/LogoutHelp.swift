/// What `--help` says about `dray logout`.
package enum LogoutHelp: CommandHelp {
  case abstract, usage, details
  case allPaths, onlyFile

  package var phrase: Phrase {
    switch self {
    case .abstract:
      Phrase("Remove the login for a registry.", chinese: "删除仓库的登录信息。")
    case .usage:
      Phrase("dray logout <registry>[/<path>] [options]", chinese: "dray logout <仓库>[/<路径>] [选项]")
    case .details:
      Phrase(
        """
        Removes the login from all places where dray looks for it, credential helpers included. Logins for other \
        registries are kept, and so are those for paths of this one.

        Examples:
          dray logout harbor.example.com
          dray logout harbor.example.com/team
          dray logout harbor.example.com --all

        The exit codes are those of dray pull.
        """,
        chinese: """
          从 dray 会查找的所有位置删除，包括凭据助手。其他仓库的登录信息，以及本仓库按路径的登录信息，都保留。

          示例：
            dray logout harbor.example.com
            dray logout harbor.example.com/team
            dray logout harbor.example.com --all

          退出码与 dray pull 相同。
          """)
    case .allPaths:
      Phrase("Also remove the logins for paths below it.", chinese: "一并删除其下各路径的登录信息。")
    case .onlyFile:
      Phrase("Change this file only.", chinese: "只修改此文件。")
    }
  }
}
