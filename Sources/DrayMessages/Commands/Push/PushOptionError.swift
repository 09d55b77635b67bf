import ImageModel

/// A `dray push`, `dray copy` or `dray tag` that cannot be carried out as it stands.
package enum PushOptionError: ClassifiedError, Hashable {
  case noArchive
  case noSource
  /// No image, or no tag for it.
  case noTag
  case noTarget
  /// No target of a copy, which may be on disk, too.
  case noCopyTarget
  /// Several images, and a name for one.
  case severalSources(String)
  /// Options that make names, and a name.
  case namingAndName(String)
  /// One standard output for two things.
  case rewriteAndJSON
  /// Several platforms, and an index that is to stay as it is.
  case severalPlatforms
  /// A value that the option does not have.
  case value(option: String, String, known: [String])
  /// An option without a value.
  case emptyOption(String)
  /// Standard input twice, or for a password, too.
  case standardInputTwice
  /// A login for the sources, which are of several registries.
  case severalSourceRegistries
  /// Two passwords, and one standard input.
  case twoPasswords
  /// Not a registry and a path, with a slash at its end.
  case place(String)
  /// One of skopeo's transports before a place.
  case transport(String, of: String)
  /// An option for a registry, and a target on disk.
  case optionOfRegistries(String, String)
  /// An option that writes to standard output, and an archive that goes there.
  case archiveAndOutput(String)

  package var failureClass: FailureClass { .usage }
}

extension PushOptionError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .noArchive: Phrase("no archive is specified", chinese: "没有指定归档")
    case .noSource: Phrase("no image to copy is specified", chinese: "没有指定要复制的镜像")
    case .noTag:
      Phrase("name an image and the tags that it gets", chinese: "请指定镜像和要添加的标签")
    case .severalSources(let target):
      Phrase(
        "several images cannot have the same name '\(whole: target)'", chinese: "多个镜像不能使用同一名称 “\(whole: target)”")
    case .namingAndName(let target):
      Phrase(
        "--as, --strip-prefix and --flatten make names below a path, but '\(whole: target)' is a name",
        chinese: "--as、--strip-prefix、--flatten 用于生成某个路径下的名称，而 “\(whole: target)” 已是完整名称")
    case .rewriteAndJSON:
      Phrase("--rewrite and --json both write to standard output", chinese: "--rewrite 与 --json 都写到标准输出，不能同时使用")
    case .severalPlatforms:
      Phrase(
        "several platforms but not all of them need a new index, which has a new digest",
        chinese: "只复制部分平台需要新的索引，其摘要会改变")
    case .value(let option, let text, _):
      Phrase("\(option) has no value '\(text)'", chinese: "\(option) 没有值 “\(text)”")
    case .emptyOption(let option): Phrase("\(option) has no value", chinese: "\(option) 没有值")
    case .standardInputTwice:
      Phrase(
        "standard input can provide only one archive, and no password with it", chinese: "标准输入只能提供一个归档，不能同时提供密码")
    case .severalSourceRegistries:
      Phrase(
        "--source-username is a login for one registry, but the images are from several",
        chinese: "--source-username 只是一个仓库的登录，而镜像来自多个仓库")
    case .twoPasswords:
      Phrase(
        "standard input can provide only one password: --password-stdin or --source-password-stdin",
        chinese: "标准输入只能提供一个密码：--password-stdin 或 --source-password-stdin")
    case .noTarget:
      Phrase("no target is specified: REGISTRY/NAME:TAG", chinese: "没有指定推送目标：仓库/名称:标签")
    case .noCopyTarget:
      Phrase(
        "no target is specified: REGISTRY/NAME:TAG, ./NAME.tar, ./FOLDER/ or -",
        chinese: "没有指定复制目标：仓库/名称:标签、./名称.tar、./目录/ 或 -")
    case .transport(let name, _):
      Phrase(
        "'\(name):' is a transport of skopeo; dray tells archives and images apart by their names",
        chinese: "“\(name):” 是 skopeo 的传输方式写法；dray 按名称区分归档与镜像")
    case .optionOfRegistries(let option, let target):
      Phrase(
        "\(option) is for a target in a registry, and '\(whole: target)' is on disk",
        chinese: "\(option) 只用于仓库目标，而 “\(whole: target)” 在磁盘上")
    case .archiveAndOutput(let option):
      Phrase(
        "\(option) writes to standard output, where the archive goes",
        chinese: "\(option) 要写标准输出，而归档也写到那里")
    case .place(let text):
      Phrase("'\(text)' is not REGISTRY/ or REGISTRY/PATH/", chinese: "“\(text)” 不是 “仓库/” 或 “仓库/路径/” 的形式")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .severalSources, .namingAndName:
      Phrase("name a place for all of them: REGISTRY/PATH/", chinese: "请指定存放全部镜像的位置：仓库/路径/")
    case .severalPlatforms:
      Phrase(
        "add --index rewrite, name one platform, or leave --platform out for all",
        chinese: "请加上 --index rewrite，或只写一个平台，或不写 --platform 以复制全部")
    case .value(_, _, let known):
      Phrase("use \(known.joined(separator: ", "))", chinese: "可用的值：\(known.joined(separator: "、"))")
    case .rewriteAndJSON:
      Phrase("write the map to a file: --map-file FILE.json", chinese: "可将对应关系写入文件：--map-file 文件.json")
    case .severalSourceRegistries, .twoPasswords, .standardInputTwice:
      Phrase("store logins by dray login", chinese: "请用 dray login 保存登录")
    case .transport("docker-daemon", _), .transport("containers-storage", _):
      Phrase(
        "dray load ARCHIVE loads an archive into Docker, containerd or podman",
        chinese: "用 dray load 归档 可将归档载入 Docker、containerd 或 podman")
    case .transport(let name, let rest): TransportPlace(name, rest).hint
    case .optionOfRegistries: nil
    case .archiveAndOutput:
      Phrase("copy to a file instead: ./NAME.tar", chinese: "请改为复制到文件：./名称.tar")
    case .noArchive, .noSource, .noTag, .noTarget, .noCopyTarget, .place, .emptyOption: nil
    }
  }
}
