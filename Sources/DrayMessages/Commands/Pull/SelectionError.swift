import ImageLists
import ImageModel

/// A choice of images that cannot be carried out.
package enum SelectionError: ClassifiedError, Hashable {
  /// A file cannot be read. The number is the system's.
  case unreadableList(path: String, Int32)
  case list(path: String, ImageListError)
  /// A name in a list is none.
  case listedName(path: String, line: Int, ImageReferenceError)
  /// Lists and a password cannot both come on standard input.
  case standardInputTwice
  case onePlatformOrAll
  case tags(String)
  case pattern(String)
  /// A name that ends in a tag, with `--tags`.
  case tagAndTags(String)
  case nothingMatches(String)
  /// There is nobody to ask, and no `--yes`.
  case unconfirmed
  case declined
  case emptyLock
  /// Several platforms or referrers, and a form of archive without an index.
  case withoutIndex

  package var failureClass: FailureClass {
    switch self {
    case .unreadableList: .localIO
    case .list(_, let error): error.failureClass
    case .nothingMatches: .notFound
    default: .usage
    }
  }
}

extension SelectionError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .unreadableList(let path, let number):
      Phrase(
        "'\(whole: path)' cannot be read: \(SystemError(number))",
        chinese: "无法读取 “\(whole: path)”：\(SystemError(number))")
    case .list(let path, let error):
      if let line = error.line {
        Phrase(
          "'\(whole: path)', line \(line): \(error.reason.phrase.english)",
          chinese: "“\(whole: path)” 第 \(line) 行：\(error.reason.phrase.chinese)")
      } else {
        Phrase(
          "'\(whole: path)': \(error.reason.phrase.english)", chinese: "“\(whole: path)”：\(error.reason.phrase.chinese)"
        )
      }
    case .listedName(let path, let line, let error):
      Phrase(
        "'\(whole: path)', line \(line): \(error.phrase.english)",
        chinese: "“\(whole: path)” 第 \(line) 行：\(error.phrase.chinese)")
    case .standardInputTwice:
      Phrase(
        "standard input can provide only one thing: a list of images or a password",
        chinese: "标准输入只能提供一样内容：一个镜像列表，或密码")
    case .onePlatformOrAll:
      Phrase("--platform and --all-platforms cannot be used together", chinese: "--platform 与 --all-platforms 不能同时使用")
    case .tags(let text):
      Phrase(
        "--tags: '\(text)' is not a pattern, a range of versions or a number of newest ones",
        chinese: "--tags：“\(text)” 不是通配名称、版本范围，也不是最新的若干个")
    case .pattern(let text):
      Phrase("'\(text)' is not a valid pattern of repositories", chinese: "“\(text)” 不是有效的仓库通配名称")
    case .tagAndTags(let text):
      Phrase("'\(text)' already has a tag and cannot be combined with --tags", chinese: "“\(text)” 已指定标签，不能再用 --tags")
    case .nothingMatches(let text):
      Phrase("nothing in the registry matches '\(text)'", chinese: "仓库中没有与 “\(text)” 匹配的镜像")
    case .unconfirmed:
      Phrase(
        "a pattern may match many images, and there is no terminal to confirm on",
        chinese: "通配名称可能匹配很多镜像，而此处没有终端可供确认")
    case .declined:
      Phrase("nothing was pulled", chinese: "没有拉取任何镜像")
    case .withoutIndex:
      Phrase(
        "--format docker cannot hold several platforms or signatures",
        chinese: "--format docker 无法容纳多个平台，也无法容纳签名等内容")
    case .emptyLock:
      Phrase("--lock requires a path", chinese: "--lock 需要一个路径")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .list(_, let error): error.reason.hint
    case .listedName(_, _, let error): error.hint
    case .tags:
      Phrase(
        "for example '1.*', '>=1.2 <2', newest:3", chinese: "例如 '1.*'、'>=1.2 <2'、newest:3")
    case .pattern:
      Phrase(
        "for example 'harbor.example.com/team/*', quoted from the shell",
        chinese: "例如 'harbor.example.com/team/*'，请用引号避免被 shell 展开")
    case .nothingMatches:
      Phrase(
        "'dray ls REGISTRY' and 'dray tags REPOSITORY' show what is available",
        chinese: "运行 “dray ls 仓库地址” 或 “dray tags 仓库名” 查看已有内容")
    case .unconfirmed:
      Phrase(
        "--dry-run shows the matches, --yes pulls them", chinese: "--dry-run 查看匹配的镜像，--yes 直接拉取")
    default: nil
    }
  }
}
