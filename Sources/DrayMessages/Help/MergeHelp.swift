/// What `--help` says about `dray merge`.
package enum MergeHelp: CommandHelp {
  case abstract, usage, details
  case archives, output

  package var phrase: Phrase {
    switch self {
    case .abstract: Phrase("Complete a delta archive.", chinese: "将增量归档补全。")
    case .usage:
      Phrase("dray merge <archive> ... -o <path>", chinese: "dray merge <归档> ... -o <路径>")
    case .details:
      Phrase(
        """
        Takes the content that a delta lacks from other archives or image layouts. The result is byte for byte the same \
        as a direct pull; every blob is checked. If several deltas are given, the last one is completed.

        Examples:
          dray merge app-1.9.tar app_2.0.delta.tar -o app-2.0.tar
          dray merge app-1.9.tar app_2.0.delta.tar app_2.1.delta.tar -o app-2.1.tar

        The exit codes are those of dray pull: 20 if a blob is missing or corrupt.
        """,
        chinese: """
          从其他归档或镜像布局中取出增量归档缺少的内容。结果与直接拉取的文件逐字节相同，每个数据块都会校验。有多个增量归档时，补全最后一个。

          示例：
            dray merge app-1.9.tar app_2.0.delta.tar -o app-2.0.tar
            dray merge app-1.9.tar app_2.0.delta.tar app_2.1.delta.tar -o app-2.1.tar

          退出码与 dray pull 相同：数据块缺失或有误时为 20。
          """)
    case .archives:
      Phrase("The delta, and archives or layouts that contain the rest.", chinese: "增量归档，以及含有其余内容的归档或布局目录。")
    case .output: Phrase("The path of the complete archive.", chinese: "完整归档的输出路径。")
    }
  }
}
