import MachineConfiguration

/// After the place in the file.
extension ConfigurationDefect: Phrased {
  package var phrase: Phrase {
    switch self {
    case .notUTF8: Phrase("the file is not UTF-8", chinese: "文件不是 UTF-8 编码")
    case .tooDeep: Phrase("the nesting is too deep", chinese: "嵌套过深")
    case .tooManyKeys: Phrase("there are too many keys or tables", chinese: "键或表过多")
    case .missingKey: Phrase("a key is missing", chinese: "缺少键")
    case .missingEqualSign: Phrase("'=' is missing after a key", chinese: "键之后缺少 “=”")
    case .missingValue: Phrase("a value is missing", chinese: "缺少值")
    case .notAValue(let text):
      Phrase("'\(text)' is not a value; a text must be in quotes", chinese: "“\(text)” 不是有效的值；文本须加引号")
    case .textAfterValue: Phrase("there is something after a value", chinese: "值之后有多余内容")
    case .unclosedText: Phrase("a quote is missing at the end of a text", chinese: "文本末尾缺少引号")
    case .unknownEscape: Phrase("a text has an invalid escape", chinese: "文本中有无效的转义")
    case .unclosedArray: Phrase("',' or ']' is missing in an array", chinese: "数组中缺少 “,” 或 “]”")
    case .unclosedTable: Phrase("',' or '}' is missing in an inline table", chinese: "内联表中缺少 “,” 或 “}”")
    case .unclosedTableName: Phrase("']' is missing after a table name", chinese: "表名之后缺少 “]”")
    case .duplicateKey(let key): Phrase("'\(key)' is already defined", chinese: "“\(key)” 重复定义")
    case .notATable(let key): Phrase("'\(key)' is not a table that can be extended", chinese: "“\(key)” 不是可以扩展的表")

    case .notAnObject: Phrase("the file is not an object of settings: { … }", chinese: "文件内容不是设置对象：{ … }")
    case .expected(let key, let kind):
      Phrase("'\(key)' must be \(kind.phrase.english)", chinese: "“\(key)” 应为\(kind.phrase.chinese)")
    case .invalidAddress(let text): Phrase("'\(text)' is not the address of a registry", chinese: "“\(text)” 不是有效的仓库地址")
    case .invalidRegistry(let text):
      Phrase("'\(text)' is not the name of a registry: HOST[:PORT]", chinese: "“\(text)” 不是有效的仓库名：主机[:端口]")
    case .invalidRepository(let text):
      Phrase("'\(text)' is not the name of a repository", chinese: "“\(text)” 不是有效的镜像名")
    case .invalidPrefix(let text):
      Phrase("'\(text)' is not a prefix of names: HOST[:PORT][/PATH]", chinese: "“\(text)” 不是有效的前缀：主机[:端口][/路径]")
    case .invalidLocation(let text):
      Phrase("'\(text)' is not the location of a registry", chinese: "“\(text)” 不是有效的仓库位置")
    case .invalidHeaderField: Phrase("this is not a header field", chinese: "不是有效的请求头字段")
    case .missingPrefix:
      Phrase("a [[registry]] needs a prefix or a location", chinese: "[[registry]] 需要 prefix 或 location")
    case .missingLocation:
      Phrase("a mirror needs a location: HOST[:PORT][/PATH]", chinese: "镜像站需要 location：主机[:端口][/路径]")
    case .version1InFolder:
      Phrase(
        "files of registries.conf.d must be of version 2: [[registry]]",
        chinese: "registries.conf.d 中的文件须为第 2 版：[[registry]]")
    }
  }
}

extension ConfigurationDefect.Kind: Phrased {
  package var phrase: Phrase {
    switch self {
    case .text: Phrase("a text in quotes", chinese: "加引号的文本")
    case .boolean: Phrase("true or false", chinese: " true 或 false")
    case .list: Phrase("a list of texts in quotes", chinese: "加引号的文本的列表")
    case .table: Phrase("a table", chinese: "表")
    case .tables: Phrase("an array of tables", chinese: "表的数组")
    case .certificateFiles: Phrase("a file, or a list of pairs of files", chinese: "文件，或成对文件的列表")
    case .mirrorUse: Phrase("all, digest-only or tag-only", chinese: " all、digest-only 或 tag-only")
    }
  }
}
