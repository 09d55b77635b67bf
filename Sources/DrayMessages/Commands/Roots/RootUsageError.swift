import ImageModel

/// Command lines of `unpack` and `export` that cannot be carried out as they stand.
package enum RootUsageError: ClassifiedError, Hashable {
  case emptyFolder
  /// `--max-size` with something that is no size.
  case size(String)
  /// `dray export` without `-o`.
  case noOutput
  /// A root would be written to a terminal.
  case rootToTerminal

  package var failureClass: FailureClass { .usage }
}

extension RootUsageError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .emptyFolder: Phrase("the name of the folder is empty", chinese: "目录名为空")
    case .size(let text): Phrase("--max-size: '\(text)' is not a size", chinese: "--max-size：“\(text)” 不是有效的大小")
    case .noOutput: Phrase("-o is missing: the path of the output", chinese: "缺少 -o：需要指定根文件系统的输出位置")
    case .rootToTerminal:
      Phrase("standard output is a terminal: no tar archive is written to it", chinese: "标准输出是终端，不能输出 tar 归档")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .emptyFolder: nil
    case .size: Phrase("such as 500M, 20G or 1T", chinese: "例如 500M、20G 或 1T")
    case .noOutput:
      Phrase(
        "for example: dray export nginx.tar -o rootfs.tar; -o - is standard output",
        chinese: "例如：dray export nginx.tar -o rootfs.tar；-o - 表示标准输出")
    case .rootToTerminal:
      Phrase(
        "pipe it, for example: dray export nginx.tar -o - | tar -tv",
        chinese: "请用管道转发，例如：dray export nginx.tar -o - | tar -tv")
    }
  }
}
