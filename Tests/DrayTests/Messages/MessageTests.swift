import FoundationEssentials
import Glibc
import Testing

@testable import dray

struct MessageTests {
  init() {
    // Messages show the local time.
    setenv("TZ", "UTC0", 1)
    tzset()
  }

  @Test("Every message is what it was, in both languages")
  func snapshots() throws {
    let text = MessageSamples.all.map { sample in
      "\(sample.name)\n\(sample.text(.english))\n\(sample.text(.simplifiedChinese))\n"
    }.joined(separator: "\n")
    try Snapshot.check(text, "messages")
  }

  @Test("Every message is translated", arguments: MessageSamples.all)
  func translated(sample: MessageSample) {
    let (english, chinese) = (sample.text(.english), sample.text(.simplifiedChinese))
    #expect(!english.isEmpty)
    #expect(!chinese.isEmpty)
    #expect(english != chinese)
    #expect(english.unicodeScalars.allSatisfy { !isChinese($0) })
    #expect(chinese.unicodeScalars.contains(where: isChinese))
  }

  @Test("Help is what it was, in both languages")
  func help() throws {
    for (language, name) in [(Language.english, "help-english"), (.simplifiedChinese, "help-chinese")] {
      var text = CommandLineReader.help(language: language, columns: 100) + "\n"
      for command in DrayCommand.configuration.subcommands.compactMap({ $0.configuration.commandName }) {
        let shown = try shownHelp([command, "--help"], language)
        let other = try shownHelp(["help", command], language)
        #expect(other == shown)
        text += "\n\(shown)\n"
      }
      try Snapshot.check(text, name)
    }
  }

  private func shownHelp(_ arguments: [String], _ language: Language) throws -> String {
    guard case .text(let help) = try CommandLineReader.read(arguments, language: language, columns: 100) else {
      Issue.record("no help for \(arguments)")
      return ""
    }
    return help
  }

  @Test("Every phrase of help is translated", arguments: HelpPhrase.allCases)
  func helpIsTranslated(phrase: HelpPhrase) {
    #expect(phrase.text(.english).unicodeScalars.allSatisfy { !isChinese($0) })
    #expect(phrase.text(.simplifiedChinese).unicodeScalars.contains(where: isChinese))
  }

  @Test("Every phrase of the help of inquiries is translated", arguments: InquiryHelp.allCases)
  func inquiryHelpIsTranslated(phrase: InquiryHelp) {
    #expect(phrase.text(.english).unicodeScalars.allSatisfy { !isChinese($0) })
    #expect(phrase.text(.simplifiedChinese).unicodeScalars.contains(where: isChinese))
  }

  /// The compiler sees to it that a message has both languages; this sees to it that it is looked at.
  @Test("Every message in the source stands in a snapshot")
  func samplesAreComplete() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/dray")
    // Help is wrapped.
    let shown = (Snapshot.text("messages") + Snapshot.text("help-english"))
      .split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    var count = 0
    for folder in ["Messages", "Commands"] {
      let path = sources.appending(path: folder)
      for file in try FileManager.default.subpathsOfDirectory(atPath: path.path()) where file.hasSuffix(".swift") {
        let text = String(decoding: try Data(contentsOf: path.appending(path: file)), as: UTF8.self)
        for literal in SourceLiteral.fixedParts(after: "Phrase(", in: text) {
          count += 1
          #expect(
            shown.contains(literal.split(separator: " ").joined(separator: " ")), "\(file): no sample of “\(literal)”")
        }
      }
    }
    #expect(count > 200)
  }

  private func isChinese(_ scalar: Unicode.Scalar) -> Bool { (0x4E00...0x9FFF).contains(scalar.value) }
}
