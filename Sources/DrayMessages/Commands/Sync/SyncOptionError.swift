import ImageModel

/// A `dray sync` that cannot be carried out as it stands.
package enum SyncOptionError: ClassifiedError, Hashable {
  case noList
  case noTarget
  /// Not a registry, or a registry and a path.
  case target(String)
  /// An image of which a list wants some platforms: their index would lack the others.
  case severalPlatforms(String)

  package var failureClass: FailureClass { .usage }
}

extension SyncOptionError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .noList: Phrase("no list of images is specified", chinese: "没有指定镜像列表")
    case .noTarget: Phrase("no target is specified: REGISTRY/PATH", chinese: "没有指定同步目标：仓库/路径")
    case .target(let text):
      Phrase("'\(text)' is not REGISTRY or REGISTRY/PATH", chinese: "“\(text)” 不是 “仓库” 或 “仓库/路径” 的形式")
    case .severalPlatforms(let name):
      Phrase(
        "\(whole: name): registries refuse an index that lacks platforms, so one platform or all can be synchronized",
        chinese: "\(whole: name)：仓库不接受缺少平台的索引，只能同步一个或全部平台")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .noList:
      Phrase("name a file with one image per line, or - for standard input", chinese: "请指定每行一个镜像的文件，或用 - 表示标准输入")
    case .severalPlatforms:
      Phrase(
        "list one line per platform, each with a name of its own: --as NAME:TAG",
        chinese: "每个平台单独一行，并用 --as 名称:标签 指定各自的名称")
    case .noTarget, .target: nil
    }
  }
}
