/// What `--help` says about `dray cat`.
package enum CatHelp: CommandHelp {
  case abstract, usage, details
  case image, path

  package var phrase: Phrase {
    switch self {
    case .abstract: Phrase("Print a file of an image.", chinese: "输出镜像中的文件。")
    case .usage:
      Phrase("dray cat <archive>:<path> | <image> <path> [options]", chinese: "dray cat <归档>:<路径> | <镜像> <路径> [选项]")
    case .details:
      Phrase(
        """
        Prints the content of a file as a container would see it, from an archive, an image layout or a reference. \
        Symbolic links are followed within the image. For a reference, only the top layers are fetched, down to the one \
        that has the file; nothing is written to disk.

        Examples:
          dray cat nginx.tar:/etc/nginx/nginx.conf
          dray cat nginx:1.21.4 /etc/nginx/nginx.conf
          dray cat bundle.tar:/etc/os-release --image alpine:3.20
          dray cat app.tar.001:/app/VERSION --platform linux/arm64

        Exit codes: 13 no such file or image, 20 damaged, 21 refused, 22 unsupported, 30 cannot be read; for references, \
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
    case .image:
      Phrase(
        "The archive, a colon, and the path in its image: nginx.tar:/etc/passwd; or an image, followed by the path",
        chinese: "归档、冒号、镜像中的路径：nginx.tar:/etc/passwd；或镜像，其后另写路径")
    case .path: Phrase("The path in the image", chinese: "镜像中的路径")
    }
  }
}
