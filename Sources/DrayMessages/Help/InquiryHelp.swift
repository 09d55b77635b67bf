/// What `--help` says about the commands that ask a registry something.
package enum InquiryHelp: HelpText {
  case digest, digestUsage, digestDetails
  case inspect, inspectUsage, inspectDetails
  case tags, tagsUsage, tagsDetails
  case doctor, doctorUsage, doctorDetails, host
  case list, listUsage, listDetails, place
  case repository, platformOfIndex, raw, config, jsonAnswer

  package var phrase: Phrase {
    switch self {
    case .digest: Phrase("Print the digest of an image.", chinese: "显示镜像的摘要。")
    case .digestUsage: Phrase("dray digest <reference> [options]", chinese: "dray digest <镜像> [选项]")
    case .digestDetails:
      Phrase(
        """
        The digest is the one that the registry has for the tag. It is asked for without the content, which Docker Hub \
        does not count as a pull.

        Examples:
          dray digest nginx:1.21.4
          dray digest nginx:1.21.4 --platform linux/arm64
          dray pull nginx@$(dray digest nginx:1.21.4)

        The exit codes are those of dray pull.
        """,
        chinese: """
          显示仓库中该标签对应的摘要。查询时不下载内容，Docker Hub 不计入拉取次数。

          示例：
            dray digest nginx:1.21.4
            dray digest nginx:1.21.4 --platform linux/arm64
            dray pull nginx@$(dray digest nginx:1.21.4)

          退出码与 dray pull 相同。
          """)
    case .inspect: Phrase("Show what an image is made of.", chinese: "显示镜像的组成。")
    case .inspectUsage:
      Phrase("dray inspect <reference or archive> [options]", chinese: "dray inspect <镜像或归档> [选项]")
    case .inspectDetails:
      Phrase(
        """
        Digest, platforms with their sizes, how a container of it runs, labels, layers and history. No layer is fetched.
        What exists as a file, or as the folder of an OCI layout, is an archive: of docker save, podman save, skopeo, \
        crane, regctl or dray. Of one split into volumes the first is named. ./NAME is always a path.

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
    case .tags: Phrase("List the tags of a repository.", chinese: "列出仓库中的标签。")
    case .tagsUsage: Phrase("dray tags <repository> [options]", chinese: "dray tags <仓库名> [选项]")
    case .tagsDetails:
      Phrase(
        """
        One tag a line, in the order of versions: 1.9 before 1.10, 2.0-rc1 before 2.0. Words come first.

        Examples:
          dray tags nginx
          dray tags harbor.example.com/team/app
          dray tags harbor.example.com/team/app --json

        The exit codes are those of dray pull.
        """,
        chinese: """
          每行一个标签，按版本顺序排列：1.9 在 1.10 之前，2.0-rc1 在 2.0 之前；非版本的标签排在最前。

          示例：
            dray tags nginx
            dray tags harbor.example.com/team/app
            dray tags harbor.example.com/team/app --json

          退出码与 dray pull 相同。
          """)
    case .doctor: Phrase("Find out why a registry gives trouble.", chinese: "诊断镜像仓库的访问问题。")
    case .doctorUsage: Phrase("dray doctor <registry> [options]", chinese: "dray doctor <镜像仓库> [选项]")
    case .doctorDetails:
      Phrase(
        """
        Looks at the way to a registry step by step: mirrors, name, proxy, TLS, /v2/, token service, login, clock, and \
        the pulls that are left where the registry counts them. Each step is one line, with what to do about it. No image is pulled.

        Examples:
          dray doctor harbor.example.com
          dray doctor docker.io
          dray doctor harbor.example.com --ca-cert ca.pem --username me --password-stdin < pass.txt

        The exit code is the class of the first failure, as in dray pull.
        """,
        chinese: """
          逐步检查通往镜像仓库的路径：镜像站、域名、代理、TLS、/v2/、令牌服务、登录、时钟，以及有次数限制时的剩余拉取次数。
          每一步显示一行，并说明如何处理。不拉取任何镜像。

          示例：
            dray doctor harbor.example.com
            dray doctor docker.io
            dray doctor harbor.example.com --ca-cert ca.pem --username me --password-stdin < pass.txt

          退出码为第一个失败的类别，与 dray pull 相同。
          """)
    case .host:
      Phrase("The registry: docker.io, harbor.example.com:8443", chinese: "镜像仓库：docker.io、harbor.example.com:8443")
    case .list: Phrase("List what is in a registry, or in an image.", chinese: "列出镜像仓库或镜像中的内容。")
    case .listUsage:
      Phrase(
        "dray ls <registry>[/<path>] [options]\n       dray ls <archive> [<path>] [options]\n       dray ls <image> <path> [options]",
        chinese: "dray ls <镜像仓库>[/<路径>] [选项]\n       dray ls <归档> [<路径>] [选项]\n       dray ls <镜像> <路径> [选项]")
    case .listDetails:
      Phrase(
        """
        On Harbor: its projects, the repositories of a project, and the artifacts of a repository with tags, size and \
        push time. On other registries: the repositories, or the tags of one. Docker Hub, GHCR and others do not list \
        their repositories. What is shown is what the login may see.

        Of an archive, an image layout or a reference: the files of the image, as a container would see them, with the \
        number of the layer that put each there. A name with a path behind it is an image; so is one with a tag behind \
        a slash. What is there as a file is an archive; 'localhost/' is always a registry. Of a reference the layers \
        are fetched and not kept, for a file none below the one that has it.

        Examples:
          dray ls harbor.example.com
          dray ls harbor.example.com/team
          dray ls harbor.example.com/team/app
          dray ls registry.local:5000 --json
          dray ls nginx.tar /etc/nginx
          dray ls nginx.tar --recursive --json
          dray ls nginx:1.21.4 /etc/nginx
          dray ls harbor.example.com/team/app:2.0 -r

        The exit codes are those of dray pull.
        """,
        chinese: """
          Harbor：列出项目、项目中的仓库，以及仓库中的制品（标签、大小、推送时间）。其他镜像仓库：列出仓库，或某个仓库的标签。
          Docker Hub、GHCR 等不提供仓库列表。只显示当前账号可见的内容。

          归档、镜像布局目录或镜像引用：按容器中所见列出镜像的文件，并显示写入该文件的层号。名称后另有路径的视为镜像，斜杠后带标签的名称也是。
          本机上存在的文件视为归档；“localhost/” 始终表示镜像仓库。对镜像引用，下载各层但不保留；只列一个文件时，不下载其所在层以下的层。

          示例：
            dray ls harbor.example.com
            dray ls harbor.example.com/team
            dray ls harbor.example.com/team/app
            dray ls registry.local:5000 --json
            dray ls nginx.tar /etc/nginx
            dray ls nginx.tar --recursive --json
            dray ls nginx:1.21.4 /etc/nginx
            dray ls harbor.example.com/team/app:2.0 -r

          退出码与 dray pull 相同。
          """)
    case .place:
      Phrase(
        "The registry, or a project or repository in it: harbor.example.com/team/app; or an image: nginx:1.21.4, nginx.tar",
        chinese: "镜像仓库，或其中的项目、仓库：harbor.example.com/team/app；或镜像：nginx:1.21.4、nginx.tar")
    case .repository:
      Phrase(
        "The repository: nginx, harbor.example.com:8443/team/app",
        chinese: "仓库名：nginx、harbor.example.com:8443/team/app")
    case .platformOfIndex:
      Phrase(
        "Of a multi-platform image, the digest for this platform.", chinese: "对多平台镜像，显示该平台的摘要。")
    case .raw: Phrase("Print the manifest, byte for byte.", chinese: "原样输出清单。")
    case .config: Phrase("Print the config, byte for byte.", chinese: "原样输出配置。")
    case .jsonAnswer: Phrase("Print the answer as JSON, one object a line.", chinese: "以 JSON 输出结果，每行一个对象。")
    }
  }
}
