/// What `--help` says about `dray copy`.
package enum CopyHelp: CommandHelp {
  case abstract, usage, details
  case places, noReferrers, format, index, attestations, sourceUsername, sourcePassword, sourcePlainHTTP,
    sourceSkipVerification

  package var phrase: Phrase {
    switch self {
    case .abstract: Phrase("Copy images from registry to registry.", chinese: "在镜像仓库之间复制镜像。")
    case .usage:
      Phrase("dray copy <source> ... <target> [options]", chinese: "dray copy <来源> ... <目标> [选项]")
    case .details:
      Phrase(
        """
        Nothing is stored on disk. The image keeps its digest and all its platforms; signatures, attestations and other \
        referrers are copied, too. Content that the target has is not sent: for an image that is already present, only its \
        digest is requested. If source and target are in the same registry, layers are mounted. A source may also be an \
        archive or the folder of an image layout, as for dray push.

        Mirrors and stored logins are used as in a pull; log in to both registries with dray login. --username, \
        --password-stdin, --plain-http and --insecure-skip-tls-verify apply to the target; the source has options of its \
        own. The names with their digests are printed to standard output.

        Examples:
          dray copy nginx:1.21.4 harbor.example.com/team/nginx:1.21.4
          dray copy nginx:1.21.4 redis:7 harbor.example.com/mirror/   # under their own names and tags
          dray copy nginx:1.21.4 quay.io/a/b:2 harbor.example.com/mirror/ --as '{registry}/{path}:{tag}'
          dray copy harbor.example.com/dev/app:2.0 harbor.example.com/prod/app:2.0
          dray copy ghcr.io/team/app:2.0 harbor.example.com/team/app:2.0 --platform linux/arm64 --dry-run
          dray copy ghcr.io/team/app:2.0 swr.example.com/team/app:2.0 --format docker
          dray copy ghcr.io/team/app:2.0 harbor.example.com/x/ --index rewrite --platform linux/amd64

        The exit codes are those of dray push.
        """,
        chinese: """
          不经过磁盘。镜像的摘要和全部平台保持不变；签名、证明等关联内容一并复制。目标中已有的内容不再发送：镜像已存在时只查询
          其摘要。来源与目标在同一仓库时，层直接在仓库内挂载。来源也可以是归档或镜像布局目录，与 dray push 相同。

          镜像站和已保存的登录与拉取时一样生效；请用 dray login 分别登录两个仓库。--username、--password-stdin、--plain-http
          和 --insecure-skip-tls-verify 只用于目标；来源有单独的选项。带摘要的镜像名写到标准输出。

          示例：
            dray copy nginx:1.21.4 harbor.example.com/team/nginx:1.21.4
            dray copy nginx:1.21.4 redis:7 harbor.example.com/mirror/   # 保留各自的名称和标签
            dray copy nginx:1.21.4 quay.io/a/b:2 harbor.example.com/mirror/ --as '{registry}/{path}:{tag}'
            dray copy harbor.example.com/dev/app:2.0 harbor.example.com/prod/app:2.0
            dray copy ghcr.io/team/app:2.0 harbor.example.com/team/app:2.0 --platform linux/arm64 --dry-run
            dray copy ghcr.io/team/app:2.0 swr.example.com/team/app:2.0 --format docker
            dray copy ghcr.io/team/app:2.0 harbor.example.com/x/ --index rewrite --platform linux/amd64

          退出码与 dray push 相同。
          """)
    case .places:
      Phrase(
        "Images of registries, archives or layout folders; the last is the target image: harbor.example.com/team/app:1.0; or, ending with a slash, the path for all images: harbor.example.com/team/",
        chinese: "仓库中的镜像、归档或布局目录；最后是目标镜像名：harbor.example.com/team/app:1.0；以斜杠结尾则为全部镜像的位置：harbor.example.com/team/")
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
