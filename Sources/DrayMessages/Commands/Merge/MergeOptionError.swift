import ImageModel

/// A `dray merge` that cannot be carried out as it stands.
package enum MergeOptionError: ClassifiedError, Hashable {
  case oneArchive
  case noOutput

  package var failureClass: FailureClass { .usage }
}

extension MergeOptionError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .oneArchive: Phrase("a base and a delta are required", chinese: "需要一个基础归档和一个增量归档")
    case .noOutput: Phrase("-o is missing: the path of the result", chinese: "需要用 -o 指定结果文件")
    }
  }

  package var hint: Phrase? {
    Phrase("dray merge base.tar delta.tar -o full.tar", chinese: "dray merge base.tar delta.tar -o full.tar")
  }
}
