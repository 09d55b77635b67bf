import ArchiveTools
import ArgumentParser
import DrayMessages
import ImageCopy

/// `dray merge`
struct MergeCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("merge", MergeHelp.self) }

  @Argument(help: .init(MergeHelp.archives, valueName: "archive"))
  var archives: [String] = []

  @Option(name: [.customShort("o"), .customLong("output")], help: .init(MergeHelp.output, valueName: "path"))
  var output: String?

  @Flag(name: .shortAndLong, help: .init(OptionHelp.quiet))
  var quiet = false

  @Flag(help: .init(OptionHelp.json))
  var json = false

  func run(in context: CommandContext) async -> ExitCode {
    let display = ProgressDisplay(context, isShown: !quiet && !json)
    do {
      guard archives.count > 1 else { throw MergeOptionError.oneArchive }
      guard let output, !output.isEmpty else { throw MergeOptionError.noOutput }
      guard !(quiet && json) else { throw UsageError.quietAndJSON }
      context.warnOfEnding(output)
      let result = try await ArchiveMerge(paths: archives, output: output).run { display.show($0) }
      display.say(
        PullPhrase.done(
          size: ByteCount(result.size), time: ElapsedTime(result.elapsed),
          rate: ByteRate(bytes: result.size, during: result.elapsed)))
      try context.output.write(json ? JSONLine.text(MergeRecord(result)) : "\(result.path)\n")
      return .success
    } catch {
      display.end()
      return context.end(with: error, asJSONAbout: json ? archives.last ?? "" : nil)
    }
  }
}
