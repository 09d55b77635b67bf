import ImageModel

/// A `dray push` that cannot be carried out as it stands.
package enum PushOptionError: ClassifiedError, Hashable {
  case noArchive
  case noTarget
  /// Not a registry and a path, with a slash at its end.
  case place(String)

  package var failureClass: FailureClass { .usage }
}

extension PushOptionError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .noArchive: Phrase("no archive is named", chinese: "没有指定归档")
    case .noTarget:
      Phrase("no target is named: REGISTRY/NAME:TAG", chinese: "没有指定推送目标：仓库/名称:标签")
    case .place(let text):
      Phrase("'\(text)' is not REGISTRY/ or REGISTRY/PATH/", chinese: "“\(text)” 不是 “仓库/” 或 “仓库/路径/” 的形式")
    }
  }
}
