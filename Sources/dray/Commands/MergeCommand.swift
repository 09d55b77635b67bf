import ArgumentParser
import DrayMessages
import ImageTransfer

/// `dray merge`
struct MergeCommand: ContextualCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "merge", abstract: DeltaHelp.merge.text(Help.language),
      usage: DeltaHelp.mergeUsage.text(Help.language), discussion: DeltaHelp.mergeDetails.text(Help.language))
  }

  @Argument(help: .init(DeltaHelp.archives, valueName: "archive"))
  var archives: [String] = []

  @Option(name: [.customShort("o"), .customLong("output")], help: .init(DeltaHelp.mergeOutput, valueName: "path"))
  var output: String?

  @Flag(name: .shortAndLong, help: .init(HelpPhrase.quiet))
  var quiet = false

  @Flag(help: .init(InquiryHelp.jsonAnswer))
  var json = false

  func run(in context: CommandContext) async -> ExitCode {
    let reporter = CopyReporter(context, isQuiet: quiet || json)
    do {
      guard archives.count > 1 else { throw MergeOptionError.oneArchive }
      guard let output, !output.isEmpty else { throw MergeOptionError.noOutput }
      guard !(quiet && json) else { throw UsageError.quietAndJSON }
      context.warnOfEnding(output)
      let result = try await ArchiveMerge(paths: archives, output: output).run { reporter.progress($0) }
      reporter.say(
        PullPhrase.done(
          size: ByteCount(result.size), time: ElapsedTime(result.elapsed),
          rate: ByteRate(bytes: result.size, during: result.elapsed)))
      try context.output.write(json ? JSONLine.text(MergeRecord(result)) : "\(result.path)\n")
      return .success
    } catch {
      return reporter.end(with: error, about: archives.last ?? "", isJSON: json)
    }
  }
}
