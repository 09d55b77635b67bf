import FoundationEssentials

@testable import DrayMessages
@testable import dray

/// docs/troubleshooting.md or its Chinese sister, whose entries begin with the message as it is shown, in the page's language
/// and in the other:
///
///     ### <a id="registry-connection-refused"></a>`harbor.example.com refused the connection`
///     `harbor.example.com 拒绝连接`<br>
///     *hint:* …<br>
///     *exit code:* 10 `network`
///
///     What it means, and what to do.
struct TroubleshootingPage {
  let language: Language

  /// Its path in the repository.
  var name: String { language == .english ? "docs/troubleshooting.md" : "docs/troubleshooting.zh-CN.md" }

  private var file: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: name)
  }

  /// What stands before an entry's prose, made from a sample.
  func head(_ report: FailureReport, anchor: String) -> [String] {
    var lines = messages(report.summary, anchor: anchor, end: "<br>")
    if let hint = report.hint {
      if language == .english { lines.append("*hint:* \(Self.code(hint.text(.english)))<br>") }
      lines.append("*提示：* \(Self.code(hint.text(.simplifiedChinese)))<br>")
    }
    let code = language == .english ? "*exit code:*" : "*退出码：*"
    return lines + ["\(code) \(report.failureClass.exitCode) `\(report.failureClass.name)`"]
  }

  /// The same for a warning.
  ///
  /// - Parameter name: its name in `--json`; nil where it has none.
  func head(_ warning: Phrase, name: String?, anchor: String) -> [String] {
    guard let name else { return messages(warning, anchor: anchor, end: "") }
    let word = language == .english ? "*warning:*" : "*警告：*"
    return messages(warning, anchor: anchor, end: "<br>") + ["\(word) `\(name)`"]
  }

  private func messages(_ phrase: Phrase, anchor: String, end: String) -> [String] {
    let (own, other): (Language, Language) =
      language == .english ? (.english, .simplifiedChinese) : (.simplifiedChinese, .english)
    return [
      "### <a id=\"\(anchor)\"></a>\(Self.code(phrase.text(own)))", "", Self.code(phrase.text(other)) + end,
    ]
  }

  /// As code, with digests and the like cut: they say nothing here.
  private static func code(_ text: String) -> String {
    "`\(text.replacing(/[0-9a-z\/]{40,}/) { "\($0.output.prefix(12))…" })`"
  }

  private(set) var lines: [String]

  init(_ language: Language) throws {
    self.language = language
    lines = []
    lines = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  var anchors: [String] { lines.compactMap(Self.anchor) }

  /// The lines of an entry: its head up to the first empty line behind it, and the prose up to the next heading.
  func entry(_ anchor: String) -> (head: [String], prose: [String])? {
    guard let range = range(of: anchor) else { return nil }
    let entry = lines[range]
    // The heading, an empty line, and the rest of the head.
    let end = entry.dropFirst(2).firstIndex(of: "") ?? entry.endIndex
    return (Array(entry[..<end]), entry[end...].filter { !$0.isEmpty })
  }

  /// Gives an entry its head anew, or makes one at the end that wants its prose.
  mutating func write(_ head: [String], anchor: String) {
    guard let range = range(of: anchor), let entry = entry(anchor) else {
      lines += head + ["", ""]
      return
    }
    lines.replaceSubrange(range.lowerBound..<(range.lowerBound + entry.head.count), with: head)
  }

  func save() throws {
    let end = lines.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? 0
    try Data((lines[..<end].joined(separator: "\n") + "\n").utf8).write(to: file)
  }

  private func range(of anchor: String) -> Range<Int>? {
    guard let start = lines.firstIndex(where: { Self.anchor($0) == anchor }) else { return nil }
    let end = lines[(start + 1)...].firstIndex { $0.hasPrefix("#") } ?? lines.endIndex
    return start..<end
  }

  private static func anchor(_ line: String) -> String? {
    let mark = "### <a id=\""
    guard line.hasPrefix(mark) else { return nil }
    return String(line.dropFirst(mark.count).prefix { $0 != "\"" })
  }
}
