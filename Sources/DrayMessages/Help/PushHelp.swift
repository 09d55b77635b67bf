/// What `--help` says about `dray push`.
package enum PushHelp: CommandHelp {
  case abstract, usage, details
  case archive, image, platform, createProject, noFallbackTag, dryRun, quiet, limitRate, connections

  package var phrase: Phrase {
    switch self {
    case .abstract: Phrase("Push an archive to a registry.", chinese: "将归档推送到镜像仓库。")
    case .usage:
      Phrase("dray push <archive> ... <target> [options]", chinese: "dray push <归档> ... <目标> [选项]")
    case .details:
      Phrase(
        """
        The image keeps its digest: manifests and layers are sent byte for byte. Content that the registry has is not sent, \
        or is mounted from another repository. A tag is written last, once all its content is in place; after a failure, \
        the same command resumes. A delta can be pushed to a registry that has its base. The name with the digest is \
        printed to standard output.

        An archive without manifests (docker save before Docker 25, --format docker) gets one, always with the same digest. \
        With '-' the archive is read from standard input, and kept in a file in TMPDIR until the push ends.

        Examples:
          dray push nginx_1.21.4.tar harbor.example.com/team/nginx:1.21.4
          dray push ./layout harbor.example.com/team/app:2.0 --platform linux/arm64
          dray push bundle.tar harbor.example.com/mirror/     # all images, under their own names and tags
          dray push a.tar b.tar harbor.example.com/mirror/ --as '{registry}/{path}:{tag}'
          docker save app:2.0 | dray push - harbor.example.com/team/app:2.0
          dray push bundle.tar.001 harbor.example.com/team/app:2.0 --image app:2.0 --dry-run

        The exit codes are those of dray pull: 12 if the user may not push, 13 if the project or repository does not exist, \
        20 if the archive is damaged or the base of a delta is missing, 21 if a quota, an immutable tag or the limit of a \
        proxy prevents it, 22 if the registry does not accept this form of image.
        """,
        chinese: """
          镜像摘要保持不变：清单和层逐字节发送。仓库中已有的内容不再发送，或从该仓库的其他镜像挂载。标签最后写入，届时其内容
          均已就位；失败后再次运行同一命令即可继续。增量归档可推送到已有其基础镜像的仓库。带摘要的镜像名写到标准输出。

          没有清单的归档（Docker 25 之前的 docker save、--format docker）会得到一个清单，其摘要始终相同。用 “-” 时从标准输入
          读取归档，推送期间保存在 TMPDIR 下的文件中。

          示例：
            dray push nginx_1.21.4.tar harbor.example.com/team/nginx:1.21.4
            dray push ./layout harbor.example.com/team/app:2.0 --platform linux/arm64
            dray push bundle.tar harbor.example.com/mirror/     # 全部镜像，保留各自的名称和标签
            dray push a.tar b.tar harbor.example.com/mirror/ --as '{registry}/{path}:{tag}'
            docker save app:2.0 | dray push - harbor.example.com/team/app:2.0
            dray push bundle.tar.001 harbor.example.com/team/app:2.0 --image app:2.0 --dry-run

          退出码与 dray pull 相同：用户无推送权限时为 12，项目或仓库不存在时为 13，归档损坏或缺少增量的基础时为 20，
          受限于配额、不可变标签或代理的请求大小时为 21，仓库不接受该格式的镜像时为 22。
          """)
    case .archive:
      Phrase(
        "Archives, the first of their volumes, folders of image layouts, or - for standard input; the last is the target image: harbor.example.com/team/app:1.0; or, ending with a slash, the path for all images: harbor.example.com/team/",
        chinese:
          "归档文件、分卷的第一卷、镜像布局目录，或 - 表示标准输入；最后是目标镜像名：harbor.example.com/team/app:1.0；以斜杠结尾则为全部镜像的位置：harbor.example.com/team/"
      )
    case .image:
      Phrase("The image to use if the archive contains several.", chinese: "归档中有多个镜像时，指定其中一个。")
    case .platform:
      Phrase("The platform to push of a multi-platform image.", chinese: "镜像含多个平台时，只推送该平台。")
    case .createProject:
      Phrase(
        "Create projects that the target does not have, as private ones. (Harbor)", chinese: "目标缺少项目时创建为私有项目。（Harbor）")
    case .noFallbackTag:
      Phrase(
        "Do not write the fallback tag (sha256-...) for referrers if the target has no referrers API.",
        chinese: "目标不支持 referrers API 时，不写入关联内容的回退标签（sha256-...）。")
    case .dryRun: Phrase("Show what would be sent, without sending it.", chinese: "只显示将要发送的内容，不实际发送。")
    case .quiet: Phrase("Print the names only.", chinese: "只输出镜像名。")
    case .limitRate:
      Phrase(
        "The maximum rate per second over all connections: 500K, 10M, 1G.",
        chinese: "每秒最多发送的数据量（所有连接合计）：500K、10M、1G。")
    case .connections:
      Phrase(
        "The number of blobs sent at the same time, small ones three times as many. (default: 8)",
        chinese: "同时发送的数据块数，小数据块为其三倍。（默认：8）")
    }
  }
}
