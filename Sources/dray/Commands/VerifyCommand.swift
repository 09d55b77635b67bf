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
      return context.end(with: error, asJSONAbout: json ? archive : nil)
    }
  }
}
