import RegistryClient

extension ConfigurationError: ExplainedError {
  var phrase: Phrase {
    switch self {
    case .unreadable(let path, let detail):
      Phrase(
        "the configuration '\(whole: path)' cannot be read: \(detail)", chinese: "无法读取配置 “\(whole: path)”：\(detail)")
    case .malformed(let path, let line?, let detail):
      Phrase("\(whole: path), line \(line): \(detail)", chinese: "\(whole: path) 第 \(line) 行：\(detail)")
    case .malformed(let path, nil, let detail):
      Phrase("\(whole: path): \(detail)", chinese: "\(whole: path)：\(detail)")
    case .oldForm(let path, let line):
      Phrase(
        "\(whole: path), line \(line): this is version 1 of registries.conf, which podman no longer reads either",
        chinese: "\(whole: path) 第 \(line) 行：这是 registries.conf 的第 1 版格式，podman 也已不再支持")
    case .blocked(let prefix, let path, let line):
      Phrase(
        "'\(prefix)' is blocked by \(whole: path), line \(line)",
        chinese: "“\(prefix)” 被 \(whole: path) 第 \(line) 行禁止")
    }
  }

  var hint: Phrase? {
    switch self {
    case .oldForm:
      Phrase(
        "write it anew with [[registry]] tables, or leave it aside: --no-config",
        chinese: "请改用 [[registry]] 表，或忽略配置：--no-config")
    case .unreadable, .malformed, .blocked:
      Phrase("to leave the machine's configuration aside: --no-config", chinese: "如需忽略本机配置：--no-config")
    }
  }
}
