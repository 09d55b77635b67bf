/// What `--help` says about `dray diff`.
package enum DiffHelp: CommandHelp {
  case abstract, usage, details
  case old, new

  package var phrase: Phrase {
    switch self {
    case .abstract: Phrase("Show the differences between two images.", chinese: "显示两个镜像的差异。")
    case .usage: Phrase("dray diff <old> <new> [options]", chinese: "dray diff <旧镜像> <新镜像> [选项]")
    case .details:
      Phrase(
        """
        Layers, settings and files: added, removed, or changed in type, mode, owner, link, size or content. Each image \
        is an archive, an image layout or a reference. For a reference, only the manifest, the config and those layers are \
        fetched that the images do not share at the bottom and that are not on disk; nothing is written to disk.

        Examples:
          dray diff app-1.9.tar app-2.0.tar
          dray diff app-1.9.tar harbor.example.com/team/app:2.0
          dray diff nginx:1.20 nginx:1.21 --platform linux/arm64 --json

        The exit code is 0 whether or not they differ; others are those of dray pull.
        """,
        chinese: """
          显示层、配置和文件的差异：新增、删除，或类型、权限、属主、链接、大小、内容有变化。每个镜像可以是归档、镜像布局目录或镜像引用。
          对镜像引用，只下载清单、配置，以及两个镜像开头共有的层和磁盘上已有的层之外的层；不写入任何文件。

          示例：
            dray diff app-1.9.tar app-2.0.tar
            dray diff app-1.9.tar harbor.example.com/team/app:2.0
            dray diff nginx:1.20 nginx:1.21 --platform linux/arm64 --json

          无论是否有差异，退出码均为 0；其他退出码与 dray pull 相同。
          """)
    case .old: Phrase("The first image: an archive or a reference", chinese: "第一个镜像：归档或镜像引用")
    case .new: Phrase("The second image: an archive or a reference", chinese: "第二个镜像：归档或镜像引用")
    }
  }
}
