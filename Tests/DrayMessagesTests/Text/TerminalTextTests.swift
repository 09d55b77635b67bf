import ImageModel
import Testing

@testable import DrayMessages

struct TerminalTextTests {
  @Test(
    "T084: characters that a terminal acts on are shown escaped",
    arguments: [
      ("\u{1B}[31mred", "\\u{1B}[31mred"),
      ("\u{1B}]8;;http://evil.test\u{7}click", "\\u{1B}]8;;http://evil.test\\u{7}click"),
      ("\u{9B}2J", "\\u{9B}2J"), ("a\rb", "a\\u{D}b"), ("a\nb", "a\\u{A}b"), ("a\tb", "a\\u{9}b"), ("a\0b", "a\\u{0}b"),
      ("\u{7F}", "\\u{7F}"), ("\u{202E}gpj.exe", "\\u{202E}gpj.exe"), ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"),
      ("\u{200E}\u{200F}\u{61C}", "\\u{200E}\\u{200F}\\u{61C}"), ("a\u{2028}b\u{2029}", "a\\u{2028}b\\u{2029}"),
      ("\u{85}", "\\u{85}"), ("app\u{200B}:1", "app\\u{200B}:1"), ("app\u{A0}", "app\\u{A0}"),
      ("\u{FEFF}app", "\\u{FEFF}app"), ("a\u{200D}b", "a\\u{200D}b"), ("a\u{FE0F}", "a\\u{FE0F}"),
      ("a\u{AD}b\u{2060}", "a\\u{AD}b\\u{2060}"),
    ])
  func escapes(text: String, shown: String) {
    #expect(TerminalText.escaped(text) == shown)
    #expect(TerminalText.escapedWhole(text) == shown)
  }

  @Test("Text without such characters stays as it is", arguments: ["nginx:1.21.4", "镜像　é ñ", "👩‍👩‍👧", "❤️", "a'b\"c\\d"])
  func textWithoutSuchCharactersStaysAs(text: String) {
    #expect(TerminalText.escaped(text) == text)
    #expect(TerminalText.escapedWhole(text) == text)
  }

  @Test("T084: foreign text is cut at 200 columns", arguments: ["x", "镜", "e\u{301}", "\u{1B}"])
  func cuts(unit: String) {
    let shown = TerminalText.escaped(String(repeating: unit, count: 1_000))
    #expect(DisplayWidth.of(shown) <= 200)
    #expect(DisplayWidth.of(shown) > 190)
    #expect(shown.hasSuffix("…"))
  }

  @Test("T084: characters without a width do not go on for ever")
  func cutsCombiningCharacters() {
    let shown = TerminalText.escaped("e" + String(repeating: "\u{301}", count: 1_000_000))
    #expect(shown.unicodeScalars.count <= 1_000)
  }

  @Test("Text of exactly 200 columns is not cut")
  func textOfExactly200ColumnsIs() {
    let text = String(repeating: "x", count: 200)
    #expect(TerminalText.escaped(text) == text)
    #expect(TerminalText.escapedWhole(text + text) == text + text)
  }

  @Test("T084: what is put into a message is escaped, whatever its type")
  func messagesEscape() {
    let evil = "\u{1B}]0;title\u{7}"
    #expect(MessageText("says \(evil)!").text == "says \\u{1B}]0;title\\u{7}!")
    #expect(MessageText("type \(MediaType(rawValue: evil))").text == "type \\u{1B}]0;title\\u{7}")
    #expect(MessageText("path \(whole: evil)").text == "path \\u{1B}]0;title\\u{7}")
    let inner: MessageText = "in \(evil)"
    #expect(MessageText("out \(inner)").text == "out in \\u{1B}]0;title\\u{7}")
  }
}

struct DisplayWidthTests {
  @Test(
    "Characters take the columns that terminals give them",
    arguments: [
      ("", 0), ("nginx", 5), ("镜像", 4), ("配置 ok", 7), ("（）", 4), ("e\u{301}", 1), ("\u{200D}", 0), ("한글", 4),
      ("ｱ", 1), ("Ａ", 2), ("🚀", 2), ("ñ", 1), ("\u{1100}\u{1161}\u{11A8}", 2), ("…", 1),
    ])
  func charactersTakeTheColumnsThatTerminals(text: String, columns: Int) {
    #expect(DisplayWidth.of(text) == columns)
  }

  @Test("A prefix never takes more columns than there are")
  func aPrefixNeverTakesMoreColumns() {
    #expect(DisplayWidth.prefix("镜像镜像", columns: 5) == "镜像")
    #expect(DisplayWidth.prefix("abc", columns: 0) == "")
    #expect(DisplayWidth.prefix("abc", columns: -1) == "")
    #expect(DisplayWidth.prefix("e\u{301}e", columns: 1) == "e\u{301}")
  }

  @Test("Padding counts columns, not characters")
  func paddingCountsColumnsNotCharacters() {
    #expect(DisplayWidth.padded("合计", to: 6) == "合计  ")
    #expect(DisplayWidth.rightAligned("合计", to: 6) == "  合计")
    #expect(DisplayWidth.padded("合计", to: 3) == "合计")
  }
}
