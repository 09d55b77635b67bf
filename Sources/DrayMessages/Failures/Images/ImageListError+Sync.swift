import ImageLists

/// What is wrong with the file of another tool for syncing.
extension ImageListError.Reason {
  var syncPhrase: Phrase {
    switch self {
    case .unknownKey(let key, let kind):
      Phrase("\(kind.name) has no key '\(key)' there", chinese: "\(kind.name) 在此处没有键 “\(key)”")
    case .unsupportedKey(let key, let kind):
      Phrase(
        "'\(key)' of \(kind.name) is not supported", chinese: "不支持 \(kind.name) 的 “\(key)”")
    case .missingKey(let key): Phrase("the key '\(key)' is missing", chinese: "缺少键 “\(key)”")
    case .unexpectedValue(let key?): Phrase("'\(key)' has an unexpected value", chinese: "“\(key)” 的值不符合要求")
    case .unexpectedValue(nil): Phrase("keys with values are expected there", chinese: "此处应为键值对")
    case .syncType(let type):
      type.isEmpty
        ? Phrase("the entry has no 'type'", chinese: "该条目没有 “type”")
        : Phrase("the type '\(type)' is not known", chinese: "未知的 type：“\(type)”")
    case .name(let error): error.phrase
    case .tag(let text): Phrase("'\(text)' is neither a tag nor a digest", chinese: "“\(text)” 既不是标签也不是摘要")
    case .repositoryWithTag(let text):
      Phrase("'\(text)' has a tag where a repository is expected", chinese: "“\(text)” 带有标签，此处应为仓库名")
    case .expression(let text):
      Phrase("'\(text)' is not a regular expression", chinese: "“\(text)” 不是有效的正则表达式")
    case .versionRange(let text): Phrase("'\(text)' is not a range of versions", chinese: "“\(text)” 不是有效的版本范围")
    case .targetTags(let text):
      Phrase(
        "'\(text)' does not have one tag for each tag of the source, or has another digest",
        chinese: "“\(text)” 的标签与源的标签不是一一对应，或摘要不同")
    case .template(let key):
      Phrase(
        "'\(key)' contains a template that dray does not fill in", chinese: "“\(key)” 中有 dray 不支持的模板")
    case .noFile(let path): Phrase("the file '\(whole: path)' cannot be read", chinese: "无法读取文件 “\(whole: path)”")
    case .noLoginValue(let key):
      Phrase("the variable in '\(key)' has no value", chinese: "“\(key)” 中的变量没有值")
    // What ``phrase`` has no words for.
    default:
      Phrase("the line does not set a variable: it is not NAME=VALUE", chinese: "该行不是“变量名=值”的形式")
    }
  }

  var syncHint: Phrase? {
    switch self {
    case .unknownKey:
      Phrase(
        "correct the key, or rename it to x-… to keep it as a note",
        chinese: "请更正该键；如需保留作备注，可改名为 x-…")
    case .unsupportedKey(let key, .regsync) where key == "credHelper" || key == "token":
      Phrase(
        "remove it, and log in with: dray login REGISTRY", chinese: "请删除该键，改用 dray login 仓库地址 登录")
    case .unsupportedKey(_, .skopeo):
      Phrase(
        "remove it, and log in with: dray login REGISTRY", chinese: "请删除该键，改用 dray login 仓库地址 登录")
    case .unsupportedKey:
      Phrase(
        "remove the key, or keep copying this entry with \(SyncTool.regsync.name)",
        chinese: "请删除该键，或仍用 \(SyncTool.regsync.name) 复制该条目")
    case .syncType:
      Phrase("it is one of: registry, repository, image", chinese: "可用的值：registry、repository、image")
    case .expression:
      Phrase(
        "the syntax is that of RE2, without look-ahead; for example ^1\\.2[0-9]+$",
        chinese: "语法为 RE2，不支持前瞻；例如 ^1\\.2[0-9]+$")
    case .versionRange: Phrase("for example >=1.20 <2", chinese: "例如 >=1.20 <2")
    case .repositoryWithTag:
      Phrase("remove the tag, and list it with the tags", chinese: "请删除标签，并写入标签列表")
    case .targetTags:
      Phrase("remove the tags of the target to keep those of the source", chinese: "删除目标的标签即可沿用源标签")
    case .template:
      Phrase(
        "dray fills in {{env \"NAME\"}} and {{file \"PATH\"}}", chinese: "dray 支持 {{env \"变量\"}} 和 {{file \"路径\"}}")
    case .noLoginValue: Phrase("set the variable, or use: dray login REGISTRY", chinese: "请设置该变量，或使用 dray login 仓库地址")
    default: nil
    }
  }
}

extension SyncTool {
  var name: String {
    switch self {
    case .skopeo: "skopeo sync"
    case .regsync: "regsync"
    case .imageSyncer: "image-syncer"
    }
  }
}
