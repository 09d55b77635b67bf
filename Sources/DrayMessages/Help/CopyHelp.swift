/// What `--help` says about `dray copy`.
package enum CopyHelp: CommandHelp {
  case abstract, usage, details
  case places, noReferrers, format, index, attestations, sourceUsername, sourcePassword, sourcePlainHTTP,
    sourceSkipVerification

  package var phrase: Phrase {
    switch self {
    case .abstract:
      Phrase(
        "Copy images between registries, archives and image layouts.", chinese: "在镜像仓库、归档和镜像布局之间复制镜像。")
    case .usage:
      Phrase("dray copy <source> ... <target> [options]", chinese: "dray copy <来源> ... <目标> [选项]")
    case .details:
      Phrase(
        """
        The image keeps its digest and all its platforms; signatures, attestations and other referrers are copied, too. \
        From registry to registry nothing is stored on disk. Content that the target has is not sent: for an image that \
        is already present, only its digest is requested. If source and target are in the same registry, layers are \
        mounted.

        A source may also be an archive or the folder of an image layout, as for dray push; so may the target: ./NAME.tar \
        is written as one archive for docker, podman, containerd and skopeo, images are added to the layout in ./FOLDER/, \
        and - is standard output. An interrupted copy resumes when the same command is run again.

        Mirrors and stored logins are used as in a pull; log in to both registries with dray login. --username, \
        --password-stdin, --plain-http and --insecure-skip-tls-verify apply to the target; the source has options of its \
        own. If the target is on disk, they apply to the source. The names with their digests are printed to standard \
        output.

        Examples:
          dray copy nginx:1.21.4 harbor.example.com/team/nginx:1.21.4
          dray copy nginx:1.21.4 redis:7 harbor.example.com/mirror/   # under their own names and tags
          dray copy nginx:1.21.4 quay.io/a/b:2 harbor.example.com/mirror/ --as '{registry}/{path}:{tag}'
          dray copy harbor.example.com/dev/app:2.0 harbor.example.com/prod/app:2.0
          dray copy ghcr.io/team/app:2.0 harbor.example.com/team/app:2.0 --platform linux/arm64 --dry-run
          dray copy ghcr.io/team/app:2.0 swr.example.com/team/app:2.0 --format docker
          dray copy ghcr.io/team/app:2.0 harbor.example.com/x/ --index rewrite --platform linux/amd64
          dray copy ghcr.io/team/app:2.0 nexus.example.com/team/app:2.0 --layers gzip
          dray copy nginx:1.21.4 old.tar ./layout/        # from a registry and an archive into a layout
          dray copy nginx:1.21.4 nginx.tar --platform linux/arm64 --as nginx:arm

        The exit codes are those of dray push.
        """,
        chinese: """
          镜像的摘要和全部平台保持不变；签名、证明等关联内容一并复制。仓库之间复制不经过磁盘。目标中已有的内容不再发送：
          镜像已存在时只查询其摘要。来源与目标在同一仓库时，层直接在仓库内挂载。

          来源也可以是归档或镜像布局目录，与 dray push 相同；目标亦然：./名称.tar 写成 docker、podman、containerd、skopeo
          都能读取的一个归档；./目录/ 则把镜像加入其中的布局；- 表示标准输出。中断后再次运行同一命令即可继续。

          镜像站和已保存的登录与拉取时一样生效；请用 dray login 分别登录两个仓库。--username、--password-stdin、--plain-http
          和 --insecure-skip-tls-verify 只用于目标；来源有单独的选项。目标在磁盘上时，这些选项用于来源。带摘要的镜像名写到标准输出。

          示例：
            dray copy nginx:1.21.4 harbor.example.com/team/nginx:1.21.4
            dray copy nginx:1.21.4 redis:7 harbor.example.com/mirror/   # 保留各自的名称和标签
            dray copy nginx:1.21.4 quay.io/a/b:2 harbor.example.com/mirror/ --as '{registry}/{path}:{tag}'
            dray copy harbor.example.com/dev/app:2.0 harbor.example.com/prod/app:2.0
            dray copy ghcr.io/team/app:2.0 harbor.example.com/team/app:2.0 --platform linux/arm64 --dry-run
            dray copy ghcr.io/team/app:2.0 swr.example.com/team/app:2.0 --format docker
            dray copy ghcr.io/team/app:2.0 harbor.example.com/x/ --index rewrite --platform linux/amd64
            dray copy ghcr.io/team/app:2.0 nexus.example.com/team/app:2.0 --layers gzip
            dray copy nginx:1.21.4 old.tar ./layout/        # 从仓库和归档复制到布局目录
            dray copy nginx:1.21.4 nginx.tar --platform linux/arm64 --as nginx:arm

          退出码与 dray push 相同。
          """)
    case .places:
      Phrase(
        "Images of registries, archives or layout folders; the last is the target image: harbor.example.com/team/app:1.0; or, ending with a slash, the path for all images: harbor.example.com/team/; or an archive or a layout: ./app.tar, ./layout/",
        chinese:
          "仓库中的镜像、归档或布局目录；最后是目标镜像名：harbor.example.com/team/app:1.0；以斜杠结尾则为全部镜像的位置：harbor.example.com/team/；或归档、布局目录：./app.tar、./layout/"
      )
    case .format:
      Phrase(
        "Write manifests and indexes in this format; layers stay. The digest changes.",
        chinese: "将清单和索引转换为该格式，层保持不变。摘要会改变。")
    case .index:
      Phrase(
        "Write a new index with the platforms of --platform (several are possible). Its digest changes.",
        chinese: "按 --platform 选定的平台（可多个）生成新的索引。其摘要会改变。")
    case .attestations:
      Phrase(
        "Leave attestations (provenance, SBOM) out of the index. Its digest changes.",
        chinese: "从索引中去掉证明（provenance、SBOM）。其摘要会改变。")
    case .noReferrers:
      Phrase(
        "Do not copy signatures and other referrers of an image.", chinese: "不复制引用镜像的签名等关联内容。")
    case .sourceUsername: Phrase("The user name for the registry of the source.", chinese: "登录来源仓库的用户名。")
    case .sourcePassword:
      Phrase("Read the password for --source-username from standard input.", chinese: "从标准输入读取 --source-username 的密码。")
    case .sourcePlainHTTP: Phrase("Use plain HTTP for the registry of the source.", chinese: "以明文 HTTP 访问来源仓库。")
    case .sourceSkipVerification:
      Phrase("Do not check the certificate of the source registry.", chinese: "不校验来源仓库的证书。")
    }
  }
}
