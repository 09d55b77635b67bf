import ArgumentParser
import DrayMessages

/// `dray`: the root of the commands.
struct DrayCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "dray", abstract: DrayHelp.abstract.text(Help.language),
      discussion: DrayHelp.details.text(Help.language), version: "dray \(Version.current)",
      subcommands: [
        PullCommand.self, InspectCommand.self, DigestCommand.self, TagsCommand.self, LsCommand.self,
        CatCommand.self, DiffCommand.self, UnpackCommand.self, ExportCommand.self, VerifyCommand.self,
        MergeCommand.self, ConvertCommand.self, LoadCommand.self, PushCommand.self, CopyCommand.self,
        SyncCommand.self, TagCommand.self, ServeCommand.self, LoginCommand.self, LogoutCommand.self, ConfigCommand.self,
        DoctorCommand.self,
      ])
  }
}

/// A command that works in a ``CommandContext``.
protocol ContextualCommand: ParsableCommand {
  func run(in context: CommandContext) async -> ExitCode
}

/// The version of the program.
enum Version {
  static let current = "0.1.0"
}
