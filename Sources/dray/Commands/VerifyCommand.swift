import ArgumentParser
import DrayMessages
import ImageTransfer
import SystemPackage

/// `dray verify`
struct VerifyCommand: ContextualCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "verify", abstract: ArchiveHelp.verify.text(Help.language),
      usage: ArchiveHelp.verifyUsage.text(Help.language), discussion: ArchiveHelp.verifyDetails.text(Help.language))
  }

  @Argument(help: .init(ArchiveHelp.archive, valueName: "archive"))
  var archive: String

  @Flag(name: .shortAndLong, help: .init(ArchiveHelp.verifyQuiet))
  var quiet = false

  @Flag(help: .init(ArchiveHelp.verifyJSON))
  var json = false

  func run(in context: CommandContext) async -> ExitCode {
    let progress = VerifyProgress(in: context, isShown: !quiet && !json)
    do {
      guard !(quiet && json) else { throw UsageError.quietAndJSON }
      let verification = try await ArchiveVerifier(FilePath(archive)).verify { progress.show($0) }
      progress.end()
      let text = VerificationText(verification, path: archive, language: context.language)
      try context.output.write(json ? text.json : quiet ? text.faults : text.text)
      return verification.faults == 0 ? .success : ExitCode(.findings)
    } catch {
      progress.end()
      return end(with: error, context)
    }
  }

  private func end(with error: any Error, _ context: CommandContext) -> ExitCode {
    guard json, context.signal() == nil, !(error is StreamError) else { return context.end(with: error) }
    let report = FailureReport(error)
    do { try context.output.write(JSONLine.text(FailedRecord(image: archive, .error(report), context.language))) } catch
    { return context.exitCode(for: error) }
    return ExitCode(report.failureClass)
  }
}
