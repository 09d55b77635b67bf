/// What `--help` says about the choice of images.
package enum SelectionHelp: HelpText {
  case fromFile, allPlatforms, tags, yes, keepGoing, lock, withReferrers

  package var phrase: Phrase {
    switch self {
    case .fromFile:
      Phrase(
        """
        Pull the images listed in this file: one per line, or a compose file, Kubernetes manifests or Helm's output; \
        - is standard input. (repeatable)
        """,
        chinese: "拉取此文件中列出的镜像：每行一个，或 compose 文件、Kubernetes 清单、Helm 输出；- 表示标准输入。（可重复）")
    case .allPlatforms:
      Phrase(
        "Pull the images of all platforms, and keep the index that lists them.", chinese: "拉取所有平台的镜像，并保留列出它们的索引。")
    case .tags:
      Phrase(
        "Which tags of a repository or a pattern: '1.*', '>=1.2 <2' or newest:3. (repeatable; all must match)",
        chinese: "选择仓库或通配名称的哪些标签：'1.*'、'>=1.2 <2' 或 newest:3。（可重复，须同时满足）")
    case .yes:
      Phrase("Pull all images that match a pattern, without asking.", chinese: "不询问，直接拉取通配名称匹配的镜像。")
    case .keepGoing:
      Phrase(
        "Skip images that cannot be fetched, list them at the end, and exit with 1.",
        chinese: "跳过无法获取的镜像，最后列出，退出码为 1。")
    case .lock:
      Phrase(
        "Write the resolved digests to this file; --from-file then pulls exactly these images.",
        chinese: "把解析到的摘要写入此文件；之后用 --from-file 可拉取完全相同的镜像。")
    case .withReferrers:
      Phrase(
        "Also pull signatures, SBOMs and attestations.", chinese: "一并带上签名、SBOM 和证明。")
    }
  }
}
