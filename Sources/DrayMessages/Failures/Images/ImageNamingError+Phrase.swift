import ImageModel

extension ImageNamingError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .template(let text):
      Phrase("'\(text)' is not a template of names", chinese: "“\(text)” 不是有效的名称模板")
    case .field(let name):
      Phrase("a template of names has no field '{\(name)}'", chinese: "名称模板没有字段 “{\(name)}”")
    case .missing(.tag, let image): Phrase("'\(image)' has no tag for '{tag}'", chinese: "“\(image)” 没有标签，无法填入 “{tag}”")
    case .missing(.platform, let image):
      Phrase(
        "'{platform}' is filled in only with --platform: '\(image)'",
        chinese: "只有使用 --platform 时才能填入 “{platform}”：“\(image)”")
    case .missing(let field, let image):
      Phrase(
        "'{\(field.rawValue)}' is not known for '\(image)' at this point",
        chinese: "此时还不知道 “\(image)” 的 “{\(field.rawValue)}”")
    case .nothingLeft(let prefix, let image):
      Phrase(
        "without '\(prefix)' nothing is left of the name '\(image)'", chinese: "去掉 “\(prefix)” 后，“\(image)” 的名称为空")
    case .notAName(let text, let image, let error):
      Phrase(
        "'\(image)' cannot be called '\(text)': \(error.phrase.english)",
        chinese: "无法将 “\(image)” 命名为 “\(text)”：\(error.phrase.chinese)")
    case .sameName(let name, let images):
      Phrase(
        "two images would get the same name \(name): \(whole: images.joined(separator: ", "))",
        chinese: "有两个镜像会得到同一名称 \(name)：\(whole: images.joined(separator: "、"))")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .template, .field:
      Phrase(
        "for example --as '{registry}/{path}:{tag}'; there are {name}, {digest} and {platform}, too",
        chinese: "例如 --as '{registry}/{path}:{tag}'；另有 {name}、{digest}、{platform}")
    case .missing(.tag, _):
      Phrase("name it by its digest: --as '{path}:{digest}'", chinese: "可用摘要命名：--as '{path}:{digest}'")
    case .sameName:
      Phrase(
        "give them different names, for example with --as '{registry}/{path}:{tag}'",
        chinese: "请使用不同的名称，例如 --as '{registry}/{path}:{tag}'")
    default: nil
    }
  }
}
