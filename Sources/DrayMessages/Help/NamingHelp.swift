/// What `--help` says about the options that rename images.
package enum NamingHelp: HelpText {
  case template, stripPrefix, flatten

  package var phrase: Phrase {
    switch self {
    case .template:
      Phrase(
        "The name of each image below the target: '{registry}/{path}:{tag}'; also {name}, {digest}, {platform}.",
        chinese: "每个镜像在目标位置下的名称：'{registry}/{path}:{tag}'；另有 {name}、{digest}、{platform}。")
    case .stripPrefix:
      Phrase(
        "Leave this beginning of a repository out of its name: team, docker.io/library. Can be used several times.",
        chinese: "从仓库名中去掉这一开头部分：team、docker.io/library。可多次使用。")
    case .flatten:
      Phrase("Use only the last part of a repository as its name.", chinese: "只用仓库名的最后一段作为名称。")
    }
  }
}
