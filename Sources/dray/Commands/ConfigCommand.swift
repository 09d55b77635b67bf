import ArgumentParser
import DrayMessages
import ImageCopy

/// `dray config`
struct ConfigCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("config", ConfigHelp.self) }

  @Argument(help: .init(OptionHelp.reference, valueName: "reference"))
  var reference: String?

  @Flag(help: .init(ConfigHelp.json))
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    do {
      guard let reference else { throw UsageError.noReference }
      let settings = try await ConnectionSettings(connection, in: context)
      // A password of the command line goes to no registry of several that are only searched.
      let registries = try settings.access.references(parsing: reference).map(\.registry)
      let plans = try await settings.access(for: registries.count == 1 ? registries : []).plans(for: reference)
      for warning in plans.flatMap(\.warnings) { context.warn(warning, isDetailed: connection.isDetailed) }
      try context.output.write(
        json ? JSONLine.text(ConfigRecord(plans)) : plans.map { Self.text($0, context) }.joined(separator: "\n"))
      return .success
    } catch {
      return context.end(with: error)
    }
  }

  private static func text(_ plan: AccessPlan, _ context: CommandContext) -> String {
    ConfigText(plan, containerProxies: context.credentials.containerProxies).lines
      .map { $0.text(context.language) + "\n" }.joined()
  }

}
