/// What `--help` says about the form of an archive.
enum FormHelp: Phrased, CaseIterable {
  case format, annotation

  var phrase: Phrase {
    switch self {
    case .format:
      Phrase(
        """
        What the archive consists of: docker+oci is for all readers, oci is an OCI image layout alone, docker holds \
        manifest.json, config and layers alone, for tools that stumble over other files. (default: docker+oci)
        """,
        chinese: """
          归档的组成：docker+oci 适用于所有工具；oci 仅为 OCI 镜像布局；docker 只含 manifest.json、配置和层，\
          供无法接受其他文件的工具使用。（默认：docker+oci）
          """)
    case .annotation:
      Phrase(
        "Annotate the image's entry in index.json. (repeatable)", chinese: "为镜像在 index.json 中的条目添加注解。（可重复）")
    }
  }
}
