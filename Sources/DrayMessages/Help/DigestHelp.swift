/// What `--help` says about `dray digest`.
package enum DigestHelp: CommandHelp {
  case abstract, usage, details
  case platform

  package var phrase: Phrase {
    switch self {
    case .abstract: Phrase("Print the digest of an image.", chinese: "显示镜像的摘要。")
    case .usage: Phrase("dray digest <reference> [options]", chinese: "dray digest <镜像> [选项]")
    case .details:
      Phrase(
        """
        Prints the digest that the registry has for the tag. The content is not fetched, so Docker Hub does not count it \
        as a pull.

        Examples:
          dray digest nginx:1.21.4
          dray digest nginx:1.21.4 --platform linux/arm64
          dray pull nginx@$(dray digest nginx:1.21.4)

        The exit codes are those of dray pull.
        """,
        chinese: """
          显示仓库中该标签对应的摘要。查询时不下载内容，Docker Hub 不计入拉取次数。

          示例：
            dray digest nginx:1.21.4
            dray digest nginx:1.21.4 --platform linux/arm64
            dray pull nginx@$(dray digest nginx:1.21.4)

          退出码与 dray pull 相同。
          """)
    case .platform:
      Phrase(
        "The digest of this platform of a multi-platform image.", chinese: "对多平台镜像，显示该平台的摘要。")
    }
  }
}
