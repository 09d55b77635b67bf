/// What `--help` says about the form of an archive.
package enum FormatHelp: HelpText {
  case format, layout, annotation, layers, split

  package var phrase: Phrase {
    switch self {
    case .format:
      Phrase(
        """
        The format of the archive: docker+oci is for all tools, oci is an OCI image layout only, docker has only \
        manifest.json, config and layers, for tools that do not accept other files. (default: docker+oci)
        """,
        chinese: """
          归档的组成：docker+oci 适用于所有工具；oci 仅为 OCI 镜像布局；docker 只含 manifest.json、配置和层，\
          供无法接受其他文件的工具使用。（默认：docker+oci）
          """)
    case .layout:
      Phrase(
        "Add the images to an OCI image layout in this folder, where they share blobs, instead of writing archives.",
        chinese: "把镜像加入此目录中的 OCI 镜像布局（共享数据块），不生成归档。")
    case .layers:
      Phrase(
        """
        How layers are compressed: as-is, gzip for engines that do not support zstd, or plain. Recompressed layers change \
        the image's digest. (default: as-is)
        """,
        chinese: "层的压缩方式：as-is 保持原样；gzip 适用于不支持 zstd 的引擎；plain 不压缩。重新压缩的层会改变镜像摘要。（默认：as-is）")
    case .split:
      Phrase(
        """
        Write volumes of at most this size, archive.tar.001 and so on, with a list of their checksums: 700M, 10G, or \
        fat32 for FAT32 disks, whose files must be smaller than 4G.
        """,
        chinese: "按此大小分卷写入（archive.tar.001 等），并附校验和列表：700M、10G，或 fat32（适用于 FAT32 磁盘，其文件不能达到 4G）。")
    case .annotation:
      Phrase(
        "Annotate the image's entry in index.json. (repeatable)", chinese: "为镜像在 index.json 中的条目添加注解。（可重复）")
    }
  }
}
