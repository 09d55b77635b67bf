/// What `--help` says about `dray convert`.
package enum ConvertHelp: CommandHelp {
  case abstract, usage, details
  case archive, output, format, quiet, json, noWait

  package var phrase: Phrase {
    switch self {
    case .abstract:
      Phrase("Convert the images of an archive to another format.", chinese: "把归档中的镜像写成另一种形式。")
    case .usage:
      Phrase("dray convert <archive> -o <path> [options]", chinese: "dray convert <归档> -o <路径> [选项]")
    case .details:
      Phrase(
        """
        The source is an archive of docker save, podman save, skopeo, crane, regctl or dray, an OCI image layout in a \
        folder, or the first of several volumes. Existing manifests are kept byte for byte, and so is the image's digest; \
        an archive without manifests gets them. Multi-platform indexes, attestations and signatures are kept, too; content \
        that the other format cannot hold, or that does not match recompressed layers, is listed. All content is checked \
        against its digest.

        Examples:
          dray convert app.tar -o app-oci.tar --format oci
          dray convert app.tar -o images --format layout
          dray convert images -o app.tar --format docker --layers gzip
          dray convert app.tar -o stick/app.tar --split fat32

        The exit codes are those of dray pull.
        """,
        chinese: """
          归档可以由 docker save、podman save、skopeo、crane、regctl 或 dray 生成，也可以是目录中的 OCI 镜像布局，或分卷归档的第一卷。
          已有的清单逐字节保留，镜像摘要不变；没有清单的归档会生成清单。多平台索引、证明和签名也会保留；新形式无处存放的，
          或不再适用于重新压缩的层的，都会列出。所有内容在写入时都会校验摘要。

          示例：
            dray convert app.tar -o app-oci.tar --format oci
            dray convert app.tar -o images --format layout
            dray convert images -o app.tar --format docker --layers gzip
            dray convert app.tar -o stick/app.tar --split fat32

          退出码与 dray pull 相同。
          """)
    case .archive:
      Phrase("The archive, the folder of an OCI layout, or the first volume.", chinese: "归档、OCI 布局目录或第一卷。")
    case .output:
      Phrase("The file to write; with --format layout a folder.", chinese: "输出文件；使用 --format layout 时为目录。")
    case .format:
      Phrase(
        "The format to write, as in dray pull; layout adds to an OCI image layout in a folder. (default: docker+oci)",
        chinese: "输出的形式：同 dray pull；layout 表示加入目录中的 OCI 镜像布局。（默认：docker+oci）")
    case .quiet: Phrase("Print only the path.", chinese: "只输出路径。")
    case .json: Phrase("Print the result as a JSON object.", chinese: "以 JSON 对象输出结果。")
    case .noWait:
      Phrase("Fail at once if another process is writing the same file.", chinese: "另一个进程正在写入同一文件时立即退出。")
    }
  }
}
