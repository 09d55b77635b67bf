/// What `--help` says about the commands that look into images.
package enum ContentsHelp: HelpText {
  case image
  case cat, catUsage, catDetails, catImage, catPath
  case path, recursive
  case diff, diffUsage, diffDetails, firstImage, secondImage

  package var phrase: Phrase {
    switch self {
    case .image:
      Phrase(
        "The image, where an archive holds several: a name, or a digest.", chinese: "归档含多个镜像时，指定其中之一：名称或摘要。")
    case .cat: Phrase("Print a file of an image.", chinese: "输出镜像中的文件。")
    case .catUsage:
      Phrase("dray cat <archive>:<path> | <image> <path> [options]", chinese: "dray cat <归档>:<路径> | <镜像> <路径> [选项]")
    case .catDetails:
      Phrase(
        """
        The bytes of the file as a container would see them, from any archive, image layout or reference. Symbolic links \
        are followed within the image. Of a reference the highest layers are fetched alone, down to the one that has the \
        file; nothing is written.

        Examples:
          dray cat nginx.tar:/etc/nginx/nginx.conf
          dray cat nginx:1.21.4 /etc/nginx/nginx.conf
          dray cat bundle.tar:/etc/os-release --image alpine:3.20
          dray cat app.tar.001:/app/VERSION --platform linux/arm64

        Exit codes: 13 no such file or image, 20 damaged, 21 refused, 22 unsupported, 30 cannot be read; of references \
        those of dray pull.
        """,
        chinese: """
          按容器中所见输出文件内容，适用于任何归档、镜像布局目录或镜像引用。符号链接只在镜像内解析。对镜像引用，只从最上层起下载，直到含有该文件的层；不写入任何文件。

          示例：
            dray cat nginx.tar:/etc/nginx/nginx.conf
            dray cat nginx:1.21.4 /etc/nginx/nginx.conf
            dray cat bundle.tar:/etc/os-release --image alpine:3.20
            dray cat app.tar.001:/app/VERSION --platform linux/arm64

          退出码：13 没有该文件或镜像，20 已损坏，21 拒绝处理，22 不支持，30 无法读取；镜像引用的退出码与 dray pull 相同。
          """)
    case .catImage:
      Phrase(
        "The archive, a colon, and the path in its image: nginx.tar:/etc/passwd; or an image, whose path follows",
        chinese: "归档、冒号、镜像中的路径：nginx.tar:/etc/passwd；或镜像，其后另写路径")
    case .catPath: Phrase("The path in the image", chinese: "镜像中的路径")
    case .path:
      Phrase("A path in an image. (default of an archive: /)", chinese: "镜像中的路径。（归档默认为 /）")
    case .recursive:
      Phrase("Of an image, everything below the path.", chinese: "对镜像，列出该路径下的全部内容。")
    case .diff: Phrase("Show what differs in two images.", chinese: "显示两个镜像的差异。")
    case .diffUsage: Phrase("dray diff <old> <new> [options]", chinese: "dray diff <旧镜像> <新镜像> [选项]")
    case .diffDetails:
      Phrase(
        """
        Layers, settings and files: added, removed, or changed in type, mode, owner, link, size or content. Each image \
        is an archive, an image layout or a reference. Of a reference only the manifest, the config and those layers are \
        fetched that are not at the beginning of both images and not on disk; nothing is written.

        Examples:
          dray diff app-1.9.tar app-2.0.tar
          dray diff app-1.9.tar harbor.example.com/team/app:2.0
          dray diff nginx:1.20 nginx:1.21 --platform linux/arm64 --json

        The exit code is 0 whether they differ or not; others are those of dray pull.
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
    case .firstImage: Phrase("The first image: an archive or a reference", chinese: "第一个镜像：归档或镜像引用")
    case .secondImage: Phrase("The second image: an archive or a reference", chinese: "第二个镜像：归档或镜像引用")
    }
  }
}
