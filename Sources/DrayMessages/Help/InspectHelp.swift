/// What `--help` says about `dray inspect`.
package enum InspectHelp: CommandHelp {
  case abstract, usage, details
  case operand, image, salvage, raw, config

  package var phrase: Phrase {
    switch self {
    case .abstract: Phrase("Show what an image is made of.", chinese: "显示镜像的组成。")
    case .usage:
      Phrase("dray inspect <reference or archive> [options]", chinese: "dray inspect <镜像或归档> [选项]")
    case .details:
      Phrase(
        """
        Shows the digest, the platforms with their sizes, how a container runs, labels, layers and history. No layer is \
        fetched. An existing file or OCI layout folder is read as an archive, written by docker save, podman save, \
        skopeo, crane, regctl or dray. Of a split archive, name the first volume. ./NAME is always a path.

        Examples:
          dray inspect nginx:1.21.4
          dray inspect nginx:1.21.4 --platform linux/arm64
          dray inspect nginx:1.21.4 --raw > manifest.json
          dray inspect nginx:1.21.4 --config > config.json
          dray inspect nginx_1.21.4.tar
          dray inspect bundle.tar --image redis:7 --json

        The exit codes are those of dray pull.
        """,
        chinese: """
          显示摘要、各平台及大小、容器运行方式、标签、层和构建历史。不下载任何层。
          已存在的文件或 OCI 布局目录按归档读取：docker save、podman save、skopeo、crane、regctl 或 dray 生成的均可。
          分卷归档请指定第一卷。./名称 总是表示路径。

          示例：
            dray inspect nginx:1.21.4
            dray inspect nginx:1.21.4 --platform linux/arm64
            dray inspect nginx:1.21.4 --raw > manifest.json
            dray inspect nginx:1.21.4 --config > config.json
            dray inspect nginx_1.21.4.tar
            dray inspect bundle.tar --image redis:7 --json

          退出码与 dray pull 相同。
          """)
    case .operand:
      Phrase(
        "The image: nginx, harbor.example.com:8443/team/app:1.0; or an archive: nginx_1.21.4.tar",
        chinese: "镜像：nginx、harbor.example.com:8443/team/app:1.0；或归档：nginx_1.21.4.tar")
    case .image:
      Phrase("The image to use if the archive contains several.", chinese: "归档中有多个镜像时，指定其中一个。")
    case .salvage:
      Phrase(
        "For a damaged archive, show which parts are intact, and what is wrong.", chinese: "归档损坏时，显示完好的部分以及损坏之处。")
    case .raw: Phrase("Print the manifest, byte for byte.", chinese: "原样输出清单。")
    case .config: Phrase("Print the config, byte for byte.", chinese: "原样输出配置。")
    }
  }
}
