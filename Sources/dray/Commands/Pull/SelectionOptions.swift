import ArgumentParser
import DrayMessages

/// Which images `dray pull` takes, beside those that its arguments name, and how many of each.
struct SelectionOptions: ParsableArguments {
  @Option(
    name: .customLong("from-file"), parsing: .singleValue,
    help: .init(SelectionHelp.fromFile, valueName: "file"))
  var lists: [String] = []

  @Flag(name: .customLong("all-platforms"), help: .init(SelectionHelp.allPlatforms))
  var allPlatforms = false

  @Option(name: .customLong("tags"), parsing: .singleValue, help: .init(SelectionHelp.tags, valueName: "which"))
  var tags: [String] = []

  @Flag(help: .init(SelectionHelp.yes))
  var yes = false

  @Flag(name: .customLong("keep-going"), help: .init(SelectionHelp.keepGoing))
  var keepsGoing = false

  @Option(name: .customLong("lock"), help: .init(SelectionHelp.lock, valueName: "file"))
  var lock: String?

  @Flag(name: .customLong("with-referrers"), help: .init(SelectionHelp.withReferrers))
  var bringsReferrers = false
}
