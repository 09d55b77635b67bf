import ImageTransfer

extension BaseError: ExplainedError {
  var phrase: Phrase {
    switch self {
    case .notAList(let name):
      Phrase(
        "the base '\(whole: name)' is no list of images in JSON", chinese: "基础 “\(whole: name)” 不是 JSON 格式的镜像列表")
    case .listTooLarge(let name, let limit):
      Phrase(
        "the base '\(whole: name)' is longer than \(ByteCount(Int64(limit)))",
        chinese: "基础 “\(whole: name)” 超过 \(ByteCount(Int64(limit)))")
    case .noImage(let name):
      Phrase("the base '\(whole: name)' names no image with layers", chinese: "基础 “\(whole: name)” 中没有带层的镜像")
    case .noConfig(let name):
      Phrase(
        "the base '\(whole: name)' lacks the config of an image", chinese: "基础 “\(whole: name)” 缺少某个镜像的配置")
    case .config(let name, let error):
      Phrase(
        "the base '\(whole: name)': \(error.phrase.english)", chinese: "基础 “\(whole: name)”：\(error.phrase.chinese)")
    }
  }

  var hint: Phrase? {
    switch self {
    case .notAList, .noImage:
      Phrase(
        "make it there with: docker image inspect $(docker image ls -q) > base.json",
        chinese: "请在对方机器上生成：docker image inspect $(docker image ls -q) > base.json")
    case .listTooLarge, .noConfig, .config: nil
    }
  }
}

extension BaseOptionError: ExplainedError {
  var phrase: Phrase {
    switch self {
    case .empty: Phrase("--base needs a name", chinese: "--base 需要一个名称")
    case .noSuchFile(let path):
      Phrase("--base: there is no file '\(whole: path)'", chinese: "--base：文件 “\(whole: path)” 不存在")
    case .isOutput(let path):
      Phrase(
        "the delta would take the place of its base '\(whole: path)'", chinese: "增量归档会覆盖其基础 “\(whole: path)”")
    case .inputTwice:
      Phrase("standard input can be read for one option only", chinese: "标准输入只能用于一个选项")
    case .dockerForm:
      Phrase("a delta cannot have --format docker", chinese: "增量归档不能使用 --format docker")
    }
  }

  var hint: Phrase? {
    switch self {
    case .isOutput: Phrase("name another file with -o", chinese: "请用 -o 指定其他文件")
    case .empty, .noSuchFile, .inputTwice, .dockerForm: nil
    }
  }
}
