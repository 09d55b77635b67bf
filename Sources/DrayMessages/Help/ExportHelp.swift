/// What `--help` says about `dray export`.
package enum ExportHelp: CommandHelp {
  case abstract, usage, details
  case output

  package var phrase: Phrase {
    switch self {
    case .abstract: Phrase("Write the files of an image as one tar archive.", chinese: "把镜像中的文件写成一个 tar 归档。")
    case .usage: Phrase("dray export <image> -o <file> [options]", chinese: "dray export <镜像> -o <文件> [选项]")
    case .details:
      Phrase(
        """
        Writes the root file system that a container would see, like docker export: all layers applied in order, with \
        owners, devices, hard links, extended attributes and sparse files. The same image gives the same bytes, and root is \
        not needed. The layers are read twice; for an image in a registry they are fetched twice, so pull it first.

        Examples:
          dray export nginx.tar -o rootfs.tar
          dray export nginx.tar -o - | ssh server tar -xpC /srv/root
          dray export bundle.tar --image alpine:3.20 -o alpine-root.tar

        Exit codes: 20 damaged, 21 refused, 30 cannot be written; others as in dray pull.
        """,
        chinese: """
          得到容器所见的根文件系统，与 docker export 的结果一致：各层依次叠加，含属主、设备文件、硬链接、扩展属性和稀疏文件。
          同一镜像总是得到相同的字节，且不需要 root 权限。各层会读取两遍；对镜像仓库中的镜像会下载两遍，建议先拉取。

          示例：
            dray export nginx.tar -o rootfs.tar
            dray export nginx.tar -o - | ssh server tar -xpC /srv/root
            dray export bundle.tar --image alpine:3.20 -o alpine-root.tar

          退出码：20 已损坏，21 拒绝处理，30 无法写入；其他与 dray pull 相同。
          """)
    case .output:
      Phrase("The file; - is standard output.", chinese: "输出文件；- 表示标准输出。")
    }
  }
}
