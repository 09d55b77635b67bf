import ImageModel

/// A `dray load` that cannot be carried out as it stands.
package enum LoadOptionError: ClassifiedError, Hashable {
  case noArchive
  case engine(String)
  case host(String)
  case namespace(String)
  /// A namespace, and an engine that has none.
  case namespaceElsewhere

  package var failureClass: FailureClass { .usage }
}

extension LoadOptionError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .noArchive: Phrase("no archive is specified", chinese: "没有指定归档")
    case .engine(let text):
      Phrase(
        "--to: '\(text)' is not docker, podman or containerd", chinese: "--to：“\(text)” 不是 docker、podman 或 containerd")
    case .host(let text):
      Phrase(
        "--host: '\(text)' is not unix:///PATH or ssh://[USER@]SERVER[:PORT]",
        chinese: "--host：“\(text)” 不是 “unix:///路径” 或 “ssh://[用户@]服务器[:端口]” 的形式")
    case .namespace(let text):
      Phrase("--namespace: '\(text)' is not a namespace", chinese: "--namespace：“\(text)” 不是有效的命名空间")
    case .namespaceElsewhere:
      Phrase("only containerd has namespaces", chinese: "只有 containerd 有命名空间")
    }
  }
}
