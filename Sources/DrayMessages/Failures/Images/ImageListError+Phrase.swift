import ImageLists

extension ImageListError.Reason: Phrased {
  package var phrase: Phrase {
    switch self {
    case .tooLarge(let limit):
      Phrase("it is larger than \(ByteCount(Int64(limit)))", chinese: "超过 \(ByteCount(Int64(limit)))")
    case .notText: Phrase("it is not UTF-8 text", chinese: "不是 UTF-8 文本")
    case .empty: Phrase("it names no image", chinese: "其中没有镜像")
    case .passedOver(let reason): reason.phrase
    case .moreThanAName(let text, _):
      Phrase("'\(text)' is more than an image name", chinese: "“\(text)” 不只是镜像名")
    case .tableOfImages:
      Phrase("this is the table of 'docker images', not a list of names", chinese: "这是 docker images 的表格输出，不是镜像列表")
    case .unexpectedWord(let word):
      Phrase("'\(word)' is not expected there", chinese: "多余的内容 “\(word)”")
    case .unknownOption(let word):
      Phrase("'\(word)' is not an option of an image", chinese: "镜像没有选项 “\(word)”")
    case .platform(let text): Phrase("'\(text)' is not a platform", chinese: "“\(text)” 不是有效的平台")
    case .conflictingPlatforms:
      Phrase("--platform and --all-platforms cannot be used together", chinese: "--platform 与 --all-platforms 不能同时使用")
    case .yaml(let problem): Phrase("this is not valid YAML: \(problem)", chinese: "不是有效的 YAML：\(problem)")
    case .notYAML:
      Phrase("it is not the YAML of Kubernetes or compose", chinese: "不是 Kubernetes 或 compose 的 YAML")
    case .tooDeep(let limit):
      Phrase("it is nested more than \(limit) levels deep", chinese: "嵌套超过 \(limit) 层")
    case .tooManyValues(let limit):
      Phrase("it contains more than \(limit) values", chinese: "包含超过 \(limit) 个值")
    case .noValue(let variable):
      Phrase("the variable \(variable) has no value", chinese: "变量 \(variable) 没有值")
    case .required(let variable, let message):
      Phrase("the variable \(variable) has no value: \(message)", chinese: "变量 \(variable) 没有值：\(message)")
    case .malformedVariable(let text):
      Phrase("'\(text)' contains a '$' that does not begin a variable", chinese: "“\(text)” 中的 “$” 不是变量")
    default: syncPhrase
    }
  }

  package var hint: Phrase? {
    switch self {
    case .unknownOption, .unexpectedWord:
      Phrase(
        "a line has a name, then --platform=OS/ARCH, --all-platforms or --as=NAME",
        chinese: "每行先写镜像名，其后可写 --platform=系统/架构、--all-platforms 或 --as=名称")
    case .empty:
      Phrase(
        "a list has one name per line; for a Helm chart: helm template CHART | dray pull --from-file -",
        chinese: "列表每行写一个镜像名；Helm chart 请用：helm template CHART | dray pull --from-file -")
    case .notText:
      Phrase("save the file as UTF-8", chinese: "请将文件另存为 UTF-8 编码")
    case .passedOver:
      Phrase(
        "fill in the missing values, for example: helm template CHART | dray pull --from-file -",
        chinese: "请补全内容，例如：helm template CHART | dray pull --from-file -")
    case .moreThanAName(_, let suggestion):
      Phrase("probably meant: \(whole: suggestion)", chinese: "应为：\(whole: suggestion)")
    case .tableOfImages:
      Phrase(
        "docker images --format '{{.Repository}}:{{.Tag}}' creates one",
        chinese: "请用 docker images --format '{{.Repository}}:{{.Tag}}' 生成列表")
    case .malformedAssignment:
      Phrase(
        "compose reads the same file: docker compose config shows more",
        chinese: "compose 也读取该文件，可用 docker compose config 检查")
    case .noValue(let variable), .required(let variable, _):
      Phrase(
        "set it: \(variable)=VALUE dray pull …, or write a default: ${\(variable):-VALUE}",
        chinese: "请赋值：\(variable)=值 dray pull …，或在文件中写默认值：${\(variable):-值}")
    case .platform:
      Phrase("for example linux/amd64, linux/arm64, linux/arm/v7", chinese: "例如 linux/amd64、linux/arm64、linux/arm/v7")
    default: syncHint
    }
  }
}

extension PassedOverImage.Reason: Phrased {
  package var phrase: Phrase {
    switch self {
    case .key(let key):
      Phrase("'\(key)' may be an image; it is not pulled", chinese: "“\(key)” 可能是镜像，未拉取")
    case .unclear:
      Phrase(
        "'image' is not a name, and has no repository and tag; it is not pulled",
        chinese: "“image” 不是镜像名，也没有 repository 和 tag，未拉取")
    case .noTag(let repository):
      Phrase("the image '\(repository)' has no tag; it is not pulled", chinese: "镜像 “\(repository)” 没有 tag，未拉取")
    }
  }
}
