/// What `--help` says about `dray unpack`.
package enum UnpackHelp: CommandHelp {
  case abstract, usage, details
  case folder, maxSize, maxEntries, json

  package var phrase: Phrase {
    switch self {
    case .abstract: Phrase("Unpack the files of an image to a folder.", chinese: "把镜像中的文件解包到目录。")
    case .usage: Phrase("dray unpack <image> <dir> [options]", chinese: "dray unpack <镜像> <目录> [选项]")
    case .details:
      Phrase(
        """
        Writes the root file system that a container would see: all layers applied in order, from an archive, an image \
        layout, or a registry while the layers are fetched. Every digest is checked. The folder gets its name only when it \
        is complete; until then it is named DIR.part, and a failure removes it. Nothing in the image can write outside the \
        folder. Unlike archives, the files are not flushed to disk: run 'sync' if power may fail.

        As root, owners, devices and capabilities are kept. Without root, all files belong to you, devices are skipped, and \
        the set-user-ID and set-group-ID bits are dropped if the owner changed: warnings show how many.

        Examples:
          dray unpack nginx.tar rootfs
          dray unpack bundle.tar rootfs --image alpine:3.20
          dray unpack nginx:1.21.4 rootfs --platform linux/arm64
          dray unpack untrusted.tar rootfs --max-size 2G --max-entries 100000

        Exit codes: 20 damaged, 21 refused or over a limit, 30 cannot be written, 31 in use; others as in dray pull.
        """,
        chinese: """
          得到容器所见的根文件系统：各层依次叠加。来源可以是任何归档、镜像布局目录，也可以是镜像仓库（边下载边解包）。所有摘要都会校验。
          全部完成后目录才使用最终名称，在此之前名为 “目录.part”，失败时会删除。镜像中的任何内容都无法写到该目录之外。
          与归档不同，不等待文件写入磁盘；若担心断电，请再运行 sync。

          以 root 运行时保留属主、设备文件和 capabilities。非 root 时，所有文件归当前用户，跳过设备文件，
          属主改变的文件去掉 setuid、setgid 位；各项数量以警告列出。

          示例：
            dray unpack nginx.tar rootfs
            dray unpack bundle.tar rootfs --image alpine:3.20
            dray unpack nginx:1.21.4 rootfs --platform linux/arm64
            dray unpack untrusted.tar rootfs --max-size 2G --max-entries 100000

          退出码：20 已损坏，21 拒绝处理或超出限制，30 无法写入，31 正被占用；其他与 dray pull 相同。
          """)
    case .folder: Phrase("The folder, which must not exist yet or must be empty", chinese: "目标目录：尚不存在，或为空目录")
    case .maxSize:
      Phrase("The maximum size of all files: 500M, 20G. (default: 1T)", chinese: "所有文件的总大小上限：500M、20G。（默认：1T）")
    case .maxEntries:
      Phrase("The maximum number of entries in all layers. (default: 5000000)", chinese: "各层条目总数上限。（默认：5000000）")
    case .json: Phrase("Print the result as a JSON object.", chinese: "以 JSON 对象输出结果。")
    }
  }
}
