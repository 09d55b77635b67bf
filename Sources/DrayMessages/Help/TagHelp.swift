/// What `--help` says about `dray tag`.
package enum TagHelp: CommandHelp {
  case abstract, usage, details
  case tags, dryRun

  package var phrase: Phrase {
    switch self {
    case .abstract: Phrase("Give an image of a registry further tags.", chinese: "为仓库中的镜像添加标签。")
    case .usage:
      Phrase("dray tag <reference> <new-tag> ... [options]", chinese: "dray tag <镜像> <新标签> ... [选项]")
    case .details:
      Phrase(
        """
        The image's manifest is put under each tag, in the repository that it is in; no layer moves, and all platforms stay. A \
        tag that stands for the image already is left alone, so an immutable one is no obstacle. To tag it in another \
        repository see dray copy. The names with their digest go to standard output.

        Examples:
          dray tag harbor.example.com/team/app:2.0.1 2.0 2 latest
          dray tag harbor.example.com/team/app@sha256:DIGEST stable
          dray tag harbor.example.com/team/app:2.0.1 stable --dry-run

        The exit codes are those of dray push: 13 where there is no such image, 21 where the tag is immutable and stands for \
        another one.
        """,
        chinese: """
          在镜像所在的仓库中以每个新标签写入同一清单；不传输任何层，全部平台保持不变。标签已指向该镜像时不再写入，因此不可变标签
          也没有问题。要在其他仓库中添加标签，见 dray copy。带摘要的镜像名写到标准输出。

          示例：
            dray tag harbor.example.com/team/app:2.0.1 2.0 2 latest
            dray tag harbor.example.com/team/app@sha256:DIGEST stable
            dray tag harbor.example.com/team/app:2.0.1 stable --dry-run

          退出码与 dray push 相同：镜像不存在时为 13，标签不可变且指向其他镜像时为 21。
          """)
    case .tags: Phrase("The tags that it gets.", chinese: "要添加的标签。")
    case .dryRun: Phrase("Say what the tags stand for, and change nothing.", chinese: "只显示各标签的现状，不做改动。")
    }
  }
}
