/// What `--help` says about the registries that `dray serve` asks for others.
package enum UpstreamHelp: HelpText {
  case upstream, cache, cacheSize, pinFile, downloads, downloadsPerClient

  package var phrase: Phrase {
    switch self {
    case .upstream:
      Phrase(
        "A registry that clients may have images from, as archives by URL; * for all public ones. (repeatable; default: none)",
        chinese: "允许客户端从该镜像仓库获取镜像（按 URL 下载归档）；* 表示所有公网仓库。（可重复；默认：无）")
    case .cache:
      Phrase(
        "Keep what these registries give in this folder, and serve them as a pull-through cache.",
        chinese: "将这些仓库的内容缓存到该目录，并作为拉取缓存提供。")
    case .cacheSize:
      Phrase("How large the cache may become: 500M, 50G. (default: 20G)", chinese: "缓存的大小上限：500M、50G。（默认：20G）")
    case .pinFile:
      Phrase(
        "Where to keep which image a tag stands for, so that downloads can be resumed after a restart. (default: ~/.local/state/dray/pins)",
        chinese: "保存标签所指镜像的文件，使下载在服务重启后仍可续传。（默认：~/.local/state/dray/pins）")
    case .downloads: Phrase("Archive downloads at the same time. (default: 32)", chinese: "同时进行的归档下载数。（默认：32）")
    case .downloadsPerClient:
      Phrase("Archive downloads of one client at the same time. (default: 6)", chinese: "每个客户端同时进行的归档下载数。（默认：6）")
    }
  }
}
