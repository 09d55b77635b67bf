/// What `--help` says about the options that rename images.
package enum NamingHelp: HelpText {
  case template, loadedName, stripPrefix, flatten, mapFile, rewrite

  package var phrase: Phrase {
    switch self {
    case .template:
      Phrase(
        "The name of each image below the target: '{registry}/{path}:{tag}'; also {name}, {digest}, {platform}.",
        chinese: "每个镜像在目标位置下的名称：'{registry}/{path}:{tag}'；另有 {name}、{digest}、{platform}。")
    case .loadedName:
      Phrase(
        "The name of the image after loading; or a template for all: 'h.example/{path}:{tag}'.",
        chinese: "加载后的镜像名称；或用于全部镜像的模板：'h.example/{path}:{tag}'。")
    case .stripPrefix:
      Phrase(
        "Leave this beginning of a repository out of its name: team, docker.io/library. Can be used several times.",
        chinese: "从仓库名中去掉这一开头部分：team、docker.io/library。可多次使用。")
    case .mapFile:
      Phrase(
        "Write what each name became, with digests, to this file as JSON.", chinese: "将新旧名称及摘要的对应关系以 JSON 写入该文件。")
    case .rewrite:
      Phrase(
        "Print this Kubernetes or compose file with the new names and digests, all else as it is.",
        chinese: "输出该 Kubernetes 或 compose 文件，其中镜像换成新名称和摘要，其余不变。")
    case .flatten:
      Phrase("Use only the last part of a repository as its name.", chinese: "只用仓库名的最后一段作为名称。")
    }
  }
}
