import ArchiveTools
import ArgumentParser
import DrayMessages
import ImageCopy
import SystemPackage

/// `dray verify`
struct VerifyCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("verify", VerifyHelp.self) }

  @Argument(help: .init(VerifyHelp.archive, valueName: "archive"))
  var archive: String

  @Flag(name: .shortAndLong, help: .init(VerifyHelp.quiet))
  var quiet = false

  @Flag(help: .init(VerifyHelp.json))
  var json = false

  func run(in context: CommandContext) async -> ExitCode {
    let progress = ProgressDisplay(context, isShown: !quiet && !json)
    do {
      guard !(quiet && json) else { throw UsageError.quietAndJSON }
      let verification = try await ArchiveVerifier(FilePath(archive)).verify { progress.show($0) }
      progress.end()
      let text = VerificationText(verification: verification, path: archive, language: context.language)
      try context.output.write(json ? text.json : quiet ? text.faults : text.text)
      return verification.faults == 0 ? .success : ExitCode(.findings)
    } catch {
      progress.end()
      return context.end(with: error, asJSONAbout: json ? archive : nil)
    }
  }
}
