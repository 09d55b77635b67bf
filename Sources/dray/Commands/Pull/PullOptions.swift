import ArgumentParser
import DrayMessages

/// The options of `dray pull` as they are typed. Their values are read by ``PullSettings``, which says in the user's
/// language what is wrong with them.
struct PullOptions: ParsableArguments {
  @Argument(help: .init(HelpPhrase.reference, valueName: "reference"))
  var references: [String] = []

  @Option(name: [.customShort("o"), .customLong("output")], help: .init(HelpPhrase.output, valueName: "path"))
  var output: String?

  @Option(
    name: .customLong("platform"), parsing: .singleValue,
    help: .init(HelpPhrase.platforms, valueName: "os/arch[/variant]"))
  var platforms: [String] = []

  @OptionGroup var selection: SelectionOptions

  @Option(name: .customLong("as"), help: .init(HelpPhrase.imageName, valueName: "name:tag"))
  var imageName: String?

  @Flag(name: .shortAndLong, help: .init(HelpPhrase.quiet))
  var quiet = false

  @Flag(help: .init(HelpPhrase.json))
  var json = false

  @Flag(name: .customLong("foreign-layers"), help: .init(HelpPhrase.foreignLayers))
  var fetchesForeignLayers = false

  @Option(name: .customLong("limit-rate"), help: .init(HelpPhrase.limitRate, valueName: "rate"))
  var limitRate: String?

  @Option(help: .init(HelpPhrase.connections, valueName: "n"))
  var connections: String?

  @Option(name: .customLong("reuse"), parsing: .singleValue, help: .init(HelpPhrase.reuse, valueName: "path"))
  var reusedPaths: [String] = []

  @Flag(name: .customLong("no-reuse"), help: .init(HelpPhrase.noReuse))
  var reusesNothing = false

  @Flag(name: .customLong("dry-run"), help: .init(HelpPhrase.dryRun))
  var isDryRun = false

  @Flag(help: .init(HelpPhrase.restart))
  var restart = false

  @Flag(name: .customLong("no-wait"), help: .init(HelpPhrase.noWait))
  var doesNotWait = false

  @OptionGroup var form: FormOptions

  @OptionGroup var delta: DeltaOptions

  @OptionGroup var connection: ConnectionOptions
}
