import ImageModel

/// A `--base` that cannot be carried out as it stands.
package enum BaseOptionError: ClassifiedError, Hashable {
  case empty
  case noSuchFile(String)
  /// The delta would take its base's place.
  case isOutput(String)
  /// Two options want to read standard input.
  case inputTwice
  /// Nothing in Docker's own form says that it is a delta, and containerd takes none in it.
  case dockerForm

  package var failureClass: FailureClass { .usage }
}

extension BaseOptionError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .empty: Phrase("--base requires a name", chinese: "--base 需要一个名称")
    case .noSuchFile(let path):
      Phrase("--base: the file '\(whole: path)' does not exist", chinese: "--base：文件 “\(whole: path)” 不存在")
    case .isOutput(let path):
      Phrase(
        "the delta would overwrite its base '\(whole: path)'", chinese: "增量归档会覆盖其基础 “\(whole: path)”")
    case .inputTwice:
      Phrase("standard input can be read for one option only", chinese: "标准输入只能用于一个选项")
    case .dockerForm:
      Phrase("a delta cannot be written with --format docker", chinese: "增量归档不能使用 --format docker")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .isOutput: Phrase("name another file with -o", chinese: "请用 -o 指定其他文件")
    case .empty, .noSuchFile, .inputTwice, .dockerForm: nil
    }
  }
}
