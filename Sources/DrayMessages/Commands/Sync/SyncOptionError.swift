import ImageModel

/// A `dray sync` that cannot be carried out as it stands.
package enum SyncOptionError: ClassifiedError, Hashable {
  case noList
  case noTarget
  /// Not a registry, or a registry and a path.
  case target(String)
  /// A file that names its targets, and options that name them, too.
  case namesInFile(String)
  /// Tags may be deleted, and nobody can be asked.
  case pruneUnconfirmed
  /// An image of which a list wants some platforms: their index would lack the others.
  case severalPlatforms(String)
  /// Not of the form of `--shard`.
  case shard(String)
  /// `--shard auto`, and no variable that says which one this is.
  case noShard
  /// One that says which one this is, and none that says of how many.
  case shardsUnknown
  /// One that is not among so many.
  case shardOutside(index: Int, count: Int)

  package var failureClass: FailureClass { .usage }
}

extension SyncOptionError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .noList: Phrase("no list of images is specified", chinese: "没有指定镜像列表")
    case .noTarget: Phrase("no target is specified: REGISTRY/PATH", chinese: "没有指定同步目标：仓库/路径")
    case .target(let text):
      Phrase("'\(text)' is not REGISTRY or REGISTRY/PATH", chinese: "“\(text)” 不是 “仓库” 或 “仓库/路径” 的形式")
    case .shard(let text):
      Phrase("--shard: '\(text)' is not a number of a number", chinese: "--shard：“\(text)” 不是 “第几个/总数” 的形式")
    case .noShard:
      Phrase(
        "--shard auto: no variable of a job array is set", chinese: "--shard auto：没有设置作业数组的环境变量")
    case .shardsUnknown:
      Phrase(
        "--shard auto: the environment does not tell how many shards there are", chinese: "--shard auto：环境变量没有给出分片总数")
    case .shardOutside(let index, let count):
      Phrase(
        "--shard auto: this is shard \(index), but there are only \(count)",
        chinese: "--shard auto：当前为第 \(index) 个分片，而总数只有 \(count)")
    case .namesInFile(let path):
      Phrase(
        "'\(whole: path)' names its targets itself: --as, --strip-prefix and --flatten are not used with it",
        chinese: "“\(whole: path)” 已写明目标名称，不能与 --as、--strip-prefix、--flatten 一起使用")
    case .pruneUnconfirmed:
      Phrase("--prune deletes tags, and nobody can be asked here", chinese: "--prune 会删除标签，而此处无法询问确认")
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
    case .shard: Phrase("for example 2/8, auto or auto/8", chinese: "例如 2/8、auto 或 auto/8")
    case .noShard:
      Phrase(
        "auto reads the variables of Kubernetes Indexed Jobs, Slurm arrays, AWS Batch arrays and GitLab CI; elsewhere give the number: --shard 2/8",
        chinese: "auto 读取 Kubernetes Indexed Job、Slurm 数组、AWS Batch 数组和 GitLab CI 的变量；其他环境请直接指定：--shard 2/8")
    case .shardsUnknown, .shardOutside:
      Phrase("give the number of shards: --shard auto/8", chinese: "请指定分片总数：--shard auto/8")
    case .namesInFile:
      Phrase("leave the option out, or change the names in the file", chinese: "请去掉该选项，或在文件中修改名称")
    case .pruneUnconfirmed:
      Phrase("look with --dry-run first; then use --yes", chinese: "请先用 --dry-run 查看，再加上 --yes")
    case .noTarget, .target: nil
    }
  }
}
