import MachineConfiguration
import RegistryClient

extension ConfigurationError: ExplainedError {
  package var phrase: Phrase {
    switch self {
    case .unreadable(let path, let detail):
      Phrase(
        "the configuration '\(whole: path)' cannot be read: \(detail)", chinese: "无法读取配置 “\(whole: path)”：\(detail)")
    case .malformed(let path, let place?, let defect):
      Phrase(
        "\(whole: path), \(place.phrase.english): \(defect.phrase.english)",
        chinese: "\(whole: path) \(place.phrase.chinese)：\(defect.phrase.chinese)")
    case .malformed(let path, nil, let defect):
      Phrase(
        "\(whole: path): \(defect.phrase.english)", chinese: "\(whole: path)：\(defect.phrase.chinese)")
    case .malformedJSON(let path, let place, let found):
      Phrase(
        "\(whole: path), \(place.phrase.english): \(JSONPhrase.fault(found).english)",
        chinese: "\(whole: path) \(place.phrase.chinese)：\(JSONPhrase.fault(found).chinese)")
    case .mixedForms(let path, let line):
      Phrase(
        "\(whole: path), line \(line): settings of version 2 of registries.conf mixed with settings of version 1 ([registries.…])",
        chinese: "\(whole: path) 第 \(line) 行：registries.conf 中第 2 版的设置与第 1 版（[registries.…]）混用")
    case .blocked(let prefix, let path, let line):
      Phrase(
        "'\(prefix)' is blocked by \(whole: path), line \(line)",
        chinese: "“\(prefix)” 被 \(whole: path) 第 \(line) 行禁止")
    }
  }

  package var hint: Phrase? {
    switch self {
    case .mixedForms:
      Phrase(
        """
        write all of it in version 2, with [[registry]] tables (podman refuses both in one file), or ignore the configuration: \
        --no-config
        """,
        chinese: "请全部改为第 2 版的 [[registry]] 表（podman 不接受两者混用），或忽略配置：--no-config")
    case .malformedJSON:
      Phrase(
        """
        correct it there (JSON has no comments, no comma before '}' or ']', and straight quotes only), or ignore the \
        machine's configuration: --no-config
        """,
        chinese: "请修正该处（JSON 不允许注释、“}” 或 “]” 前的逗号，只能用英文直引号），或忽略本机配置：--no-config")
    case .malformed:
      Phrase(
        "correct it there, or ignore the machine's configuration: --no-config",
        chinese: "请修正该处，或忽略本机配置：--no-config")
    case .unreadable, .blocked:
      Phrase("to ignore the machine's configuration: --no-config", chinese: "如需忽略本机配置：--no-config")
    }
  }
}
