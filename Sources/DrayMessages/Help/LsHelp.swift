/// What `--help` says about `dray ls`.
package enum LsHelp: CommandHelp {
  case abstract, usage, details
  case path, recursive, place

  package var phrase: Phrase {
    switch self {
    case .abstract: Phrase("List the content of a registry or an image.", chinese: "列出镜像仓库或镜像中的内容。")
    case .usage:
      Phrase(
        "dray ls <registry>[/<path>] [options]\n       dray ls <archive> [<path>] [options]\n       dray ls <image> <path> [options]",
        chinese: "dray ls <镜像仓库>[/<路径>] [选项]\n       dray ls <归档> [<路径>] [选项]\n       dray ls <镜像> <路径> [选项]")
    case .details:
      Phrase(
        """
        On Harbor: its projects, the repositories of a project, and the artifacts of a repository with tags, size and \
        push time. On other registries: the repositories, or the tags of one. Docker Hub, GHCR and others do not list \
        their repositories. Only what the login may see is listed.

        For an archive, an image layout or a reference: the files of the image, as a container would see them, with the \
        number of the layer that added each. A name followed by a path is an image; so is a name with a tag after a \
        slash. An existing file is an archive; 'localhost/' is always a registry. The layers of a reference are fetched, \
        but not kept; for a single file, none below the layer that has it.

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
    case .path:
      Phrase("A path in an image. (default for an archive: /)", chinese: "镜像中的路径。（归档默认为 /）")
    case .recursive:
      Phrase("For an image, list everything below the path.", chinese: "对镜像，列出该路径下的全部内容。")
    case .place:
      Phrase(
        "The registry, or a project or repository in it: harbor.example.com/team/app; or an image: nginx:1.21.4, nginx.tar",
        chinese: "镜像仓库，或其中的项目、仓库：harbor.example.com/team/app；或镜像：nginx:1.21.4、nginx.tar")
    }
  }
}
