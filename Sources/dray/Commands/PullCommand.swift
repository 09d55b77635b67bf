import ArgumentParser
import DrayMessages

/// `dray pull`. The values of its options are read by ``PullSettings``, which says in the user's language what is wrong with
/// them.
struct PullCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("pull", PullHelp.self) }

  @Argument(help: .init(OptionHelp.reference, valueName: "reference"))
  var references: [String] = []

  @Option(name: [.customShort("o"), .customLong("output")], help: .init(PullHelp.output, valueName: "path"))
  var output: String?

  @Option(
    name: .customLong("platform"), parsing: .singleValue,
    help: .init(PullHelp.platforms, valueName: "os/arch[/variant]"))
  var platforms: [String] = []

  @OptionGroup var selection: SelectionOptions

  @OptionGroup var names: LoadedNameOptions

  @Flag(name: .shortAndLong, help: .init(OptionHelp.quiet))
  var quiet = false

  @Flag(help: .init(PullHelp.json))
  var json = false

  @Flag(name: .customLong("foreign-layers"), help: .init(PullHelp.foreignLayers))
  var fetchesForeignLayers = false

  @Option(name: .customLong("limit-rate"), help: .init(PullHelp.limitRate, valueName: "rate"))
  var limitRate: String?

  @Option(help: .init(PullHelp.connections, valueName: "n"))
  var connections: String?

  @Option(name: .customLong("reuse"), parsing: .singleValue, help: .init(PullHelp.reuse, valueName: "path"))
  var reusedPaths: [String] = []

  @Flag(name: .customLong("no-reuse"), help: .init(PullHelp.noReuse))
  var reusesNothing = false

  @Flag(name: .customLong("dry-run"), help: .init(PullHelp.dryRun))
  var isDryRun = false

  @Flag(help: .init(PullHelp.restart))
  var restart = false

  @Flag(name: .customLong("no-wait"), help: .init(PullHelp.noWait))
  var doesNotWait = false

  @OptionGroup var form: FormatOptions

  @OptionGroup var delta: DeltaOptions

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    let settings: PullSettings
    let images: [NamedImage]
    do {
      settings = try await PullSettings(self, in: context)
      images = try await NamedImage.all(references, settings, in: context)
    } catch {
      return context.end(with: error)
    }
    return await PullBatch(images: images, settings: settings, context: context).run()
  }
}
