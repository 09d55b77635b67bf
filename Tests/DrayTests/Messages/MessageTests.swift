import FoundationEssentials
import Testing

@testable import DrayMessages
@testable import dray

@Suite(.utc)
struct MessageTests {
  private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/DrayMessages")

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

  @Test(
    "Examples and lists in the help fit 100 columns, and each command tells of exit codes", arguments: Language.allCases
  )
  func helpIsWhole(language: Language) throws {
    for command in DrayCommand.configuration.subcommands.compactMap({ $0.configuration.commandName }) {
      let shown = try shownHelp([command, "--help"], language)
      let unbroken = try shownHelp([command, "--help"], language, columns: 1_000)
      let examples = unbroken.split(separator: "\n").prefix { !$0.contains("dray \(command) <") }.filter {
        $0.hasPrefix("  ")
      }
      #expect(!examples.isEmpty)
      for line in examples { #expect(shown.contains("\n\(line)\n"), "\(command)") }
      #expect(shown.contains(language == .english ? "xit code" : "退出码"), "\(command)")
    }
  }

  private func shownHelp(_ arguments: [String], _ language: Language, columns: Int = 100) throws -> String {
    guard case .text(let help) = try CommandLineReader.read(arguments, language: language, columns: columns) else {
      Issue.record("no help for \(arguments)")
      return ""
    }
    return help
  }

  @Test("Every help text is translated")
  func helpIsTranslated() throws {
    let kinds: [any HelpText.Type] = [
      CatHelp.self, ConfigHelp.self, ConnectionHelp.self, ConvertHelp.self, CopyHelp.self, DiffHelp.self,
      DigestHelp.self, DoctorHelp.self, DrayHelp.self, ExportHelp.self, FormatHelp.self, InspectHelp.self,
      LoadHelp.self,
      LoginHelp.self, LogoutHelp.self, LsHelp.self, MergeHelp.self, NamingHelp.self, OptionHelp.self, PullHelp.self,
      PushHelp.self,
      SelectionHelp.self, ServeHelp.self, SyncHelp.self,
      TagHelp.self, TagsHelp.self, UnpackHelp.self, UpstreamHelp.self, VerifyHelp.self,
    ]
    let files = try FileManager.default.subpathsOfDirectory(atPath: Self.sources.appending(path: "Help").path())
    #expect(Set(files.filter { $0.hasSuffix("Help.swift") }) == Set(kinds.map { "\($0).swift" }))
    for kind in kinds {
      for phrase in phrases(of: kind) {
        #expect(phrase.english.text.unicodeScalars.allSatisfy { !isChinese($0) }, "\(kind): \(phrase.english.text)")
        #expect(phrase.chinese.text.unicodeScalars.contains(where: isChinese), "\(kind): \(phrase.chinese.text)")
      }
    }
  }

  private func phrases<Help: HelpText>(of kind: Help.Type) -> [Phrase] { Help.allCases.map(\.phrase) }

  /// The compiler sees to it that a message has both languages; this sees to it that it is looked at.
  @Test("Every message in the source stands in a snapshot")
  func samplesAreComplete() throws {
    // Help is wrapped.
    let shown = (Snapshot.text("messages") + Snapshot.text("help-english"))
      .split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    var count = 0
    for file in try FileManager.default.subpathsOfDirectory(atPath: Self.sources.path()) where file.hasSuffix(".swift")
    {
      let text = String(decoding: try Data(contentsOf: Self.sources.appending(path: file)), as: UTF8.self)
      for literal in SourceLiteral.fixedParts(after: "Phrase(", in: text) {
        count += 1
        #expect(
          shown.contains(literal.split(separator: " ").joined(separator: " ")), "\(file): no sample of “\(literal)”")
      }
    }
    #expect(count > 200)
  }

  @Test(
    "No message names an option or a command that dray does not have",
    arguments: [Language.english, .simplifiedChinese])
  func optionsAndCommands(language: Language) {
    let help = Snapshot.text("help-english")
    let options = Set(help.matches(of: /--[a-z][a-z-]*/).map { String($0.output) })
    let commands = Set(DrayCommand.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"])
    var count = 0
    for sample in MessageSamples.all {
      // What the user typed is no advice; neither is another program's command.
      for line in sample.text(language).split(separator: "\n")
      where line.contains("hint: ") || line.contains("提示：") || sample.failure == nil {
        let advice = line.replacing(/(skopeo|docker|aws) [^;]*/, with: "").replacing(/^ *(?:hint: |提示：)/, with: "")
        for option in advice.matches(of: /--[a-z][a-z-]*/) {
          count += 1
          #expect(options.contains(String(option.output)), "\(sample.name): there is no \(option.output)")
        }
        for command in advice.matches(of: /[:：] ?dray ([a-z]+)/) {
          count += 1
          #expect(commands.contains(String(command.output.1)), "\(sample.name): there is no dray \(command.output.1)")
        }
      }
    }
    #expect(count > 40)
  }

  @Test("A hint to log in names the registry, and not the token service that refused")
  func loginHints() {
    let told = MessageSamples.all.filter { $0.name.hasPrefix("registry") }.map { $0.text(.english) }.joined(
      separator: "\n")
    let names = Set(told.matches(of: /dray login ([^ ;\n]+)/).map { String($0.output.1) })
    #expect(names == ["docker.io", "harbor.example.com", "registry.gitlab.com"])
  }

  private func isChinese(_ scalar: Unicode.Scalar) -> Bool { (0x4E00...0x9FFF).contains(scalar.value) }
}
