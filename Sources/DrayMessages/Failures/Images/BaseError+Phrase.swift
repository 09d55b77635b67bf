import ArchiveTools
import ImageCopy

extension BaseError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .notAList(let name):
      Phrase(
        "the base '\(whole: name)' is not a JSON list of images", chinese: "基础 “\(whole: name)” 不是 JSON 格式的镜像列表")
    case .listTooLarge(let name, let limit):
      Phrase(
        "the base '\(whole: name)' is larger than \(ByteCount(Int64(limit)))",
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

  package var hint: Phrase? {
    switch self {
    case .notAList, .noImage:
      Phrase(
        "create it on the other side: docker image inspect $(docker image ls -q) > base.json",
        chinese: "请在对方机器上生成：docker image inspect $(docker image ls -q) > base.json")
    case .listTooLarge, .noConfig, .config: nil
    }
  }
}
