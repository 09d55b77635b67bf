import ImageLists

extension SelectionError: ExplainedError {
  var phrase: Phrase {
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
        "only one thing can come on standard input: a list of images or a password",
        chinese: "标准输入只能提供一样内容：一个镜像列表，或密码")
    case .onePlatformOrAll:
      Phrase("--platform and --all-platforms exclude each other", chinese: "--platform 与 --all-platforms 不能同时使用")
    case .tags(let text):
      Phrase(
        "--tags: '\(text)' is no pattern, no range of versions and no number of newest ones",
        chinese: "--tags：“\(text)” 不是通配名称、版本范围，也不是最新的若干个")
    case .pattern(let text):
      Phrase("'\(text)' is no pattern of repositories", chinese: "“\(text)” 不是有效的仓库通配名称")
    case .tagAndTags(let text):
      Phrase("'\(text)' names a tag, and --tags chooses others", chinese: "“\(text)” 已指定标签，不能再用 --tags")
    case .nothingMatches(let text):
      Phrase("nothing in the registry matches '\(text)'", chinese: "仓库中没有与 “\(text)” 匹配的镜像")
    case .unconfirmed:
      Phrase(
        "a pattern may stand for many images, and there is no terminal to ask on",
        chinese: "通配名称可能匹配很多镜像，而此处没有终端可供确认")
    case .declined:
      Phrase("nothing was pulled", chinese: "没有拉取任何镜像")
    case .withoutIndex:
      Phrase(
        "--format docker has no place for several platforms, or for signatures and the like",
        chinese: "--format docker 无法容纳多个平台，也无法容纳签名等内容")
    case .emptyLock:
      Phrase("--lock needs a path", chinese: "--lock 需要一个路径")
    }
  }

  var hint: Phrase? {
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
        "'dray ls REGISTRY' and 'dray tags REPOSITORY' show what there is",
        chinese: "运行 “dray ls 仓库地址” 或 “dray tags 仓库名” 查看已有内容")
    case .unconfirmed:
      Phrase(
        "--dry-run shows what it stands for, --yes pulls it", chinese: "--dry-run 查看匹配的镜像，--yes 直接拉取")
    default: nil
    }
  }
}

extension ImageListError.Reason: Phrased {
  var phrase: Phrase {
    switch self {
    case .tooLarge(let limit):
      Phrase("it has more than \(ByteCount(Int64(limit)))", chinese: "超过 \(ByteCount(Int64(limit)))")
    case .notText: Phrase("it is no UTF-8 text", chinese: "不是 UTF-8 文本")
    case .empty: Phrase("it names no image", chinese: "其中没有镜像")
    case .passedOver(let reason): reason.phrase
    case .moreThanAName(let text, _):
      Phrase("'\(text)' is more than an image's name", chinese: "“\(text)” 不只是镜像名")
    case .tableOfImages:
      Phrase("this is the table of docker images, not a list of names", chinese: "这是 docker images 的表格输出，不是镜像列表")
    case .unexpectedWord(let word):
      Phrase("'\(word)' does not belong there", chinese: "多余的内容 “\(word)”")
    case .unknownOption(let word):
      Phrase("'\(word)' is no option of an image", chinese: "镜像没有选项 “\(word)”")
    case .platform(let text): Phrase("'\(text)' is not a platform", chinese: "“\(text)” 不是有效的平台")
    case .conflictingPlatforms:
      Phrase("--platform and --all-platforms exclude each other", chinese: "--platform 与 --all-platforms 不能同时使用")
    case .yaml(let problem): Phrase("this is no YAML: \(problem)", chinese: "不是有效的 YAML：\(problem)")
    case .tooDeep(let limit):
      Phrase("it is nested more than \(limit) deep", chinese: "嵌套超过 \(limit) 层")
    case .tooManyValues(let limit):
      Phrase("it holds more than \(limit) values", chinese: "包含超过 \(limit) 个值")
    case .noValue(let variable):
      Phrase("the variable \(variable) has no value", chinese: "变量 \(variable) 没有值")
    case .required(let variable, let message):
      Phrase("the variable \(variable) has no value: \(message)", chinese: "变量 \(variable) 没有值：\(message)")
    case .malformedVariable(let text):
      Phrase("'\(text)' holds a '$' that begins no variable", chinese: "“\(text)” 中的 “$” 不是变量")
    case .malformedAssignment:
      Phrase("the line sets no variable: it is not NAME=VALUE", chinese: "该行不是“变量名=值”的形式")
    }
  }

  var hint: Phrase? {
    switch self {
    case .unknownOption, .unexpectedWord:
      Phrase(
        "a line holds a name, then --platform=OS/ARCH, --all-platforms or --as=NAME",
        chinese: "每行先写镜像名，其后可写 --platform=系统/架构、--all-platforms 或 --as=名称")
    case .empty:
      Phrase(
        "a list has a name on each line; of a Helm chart: helm template CHART | dray pull --from-file -",
        chinese: "列表每行写一个镜像名；Helm chart 请用：helm template CHART | dray pull --from-file -")
    case .notText:
      Phrase("save the file as UTF-8", chinese: "请将文件另存为 UTF-8 编码")
    case .passedOver:
      Phrase(
        "fill in what is missing, such as: helm template CHART | dray pull --from-file -",
        chinese: "请补全内容，例如：helm template CHART | dray pull --from-file -")
    case .moreThanAName(_, let suggestion):
      Phrase("probably meant: \(whole: suggestion)", chinese: "应为：\(whole: suggestion)")
    case .tableOfImages:
      Phrase(
        "docker images --format '{{.Repository}}:{{.Tag}}' writes one",
        chinese: "请用 docker images --format '{{.Repository}}:{{.Tag}}' 生成列表")
    case .malformedAssignment:
      Phrase(
        "compose reads the same file: docker compose config tells more",
        chinese: "compose 也读取该文件，可用 docker compose config 检查")
    case .noValue(let variable), .required(let variable, _):
      Phrase(
        "give it one: \(variable)=VALUE dray pull …, or write a default: ${\(variable):-VALUE}",
        chinese: "请赋值：\(variable)=值 dray pull …，或在文件中写默认值：${\(variable):-值}")
    case .platform:
      Phrase("for example linux/amd64, linux/arm64, linux/arm/v7", chinese: "例如 linux/amd64、linux/arm64、linux/arm/v7")
    default: nil
    }
  }
}

extension PassedOverImage.Reason: Phrased {
  var phrase: Phrase {
    switch self {
    case .key(let key):
      Phrase("'\(key)' may name an image, which is not pulled", chinese: "“\(key)” 可能是镜像，未拉取")
    case .unclear:
      Phrase(
        "'image' is no name, and has no repository and tag; it is not pulled",
        chinese: "“image” 不是镜像名，也没有 repository 和 tag，未拉取")
    case .noTag(let repository):
      Phrase("the image '\(repository)' has no tag; it is not pulled", chinese: "镜像 “\(repository)” 没有 tag，未拉取")
    }
  }
}
