import ArgumentParser

/// The options of `dray pull` as they are typed. Their values are read by ``PullSettings``, which says in the user's
/// language what is wrong with them.
struct PullOptions: ParsableArguments {
  @Argument(help: .init(HelpPhrase.reference, valueName: "reference"))
  var references: [String] = []

  @Option(name: [.customShort("o"), .customLong("output")], help: .init(HelpPhrase.output, valueName: "path"))
  var output: String?

  @Option(help: .init(HelpPhrase.platform, valueName: "os/arch[/variant]"))
  var platform: String?

  @Option(name: .customLong("as"), help: .init(HelpPhrase.imageName, valueName: "name:tag"))
  var imageName: String?

  @Flag(name: .shortAndLong, help: .init(HelpPhrase.quiet))
  var quiet = false

  @Flag(help: .init(HelpPhrase.json))
  var json = false

  @Flag(name: .shortAndLong, help: .init(HelpPhrase.verbose))
  var verbose = false

  @Flag(name: .customLong("plain-http"), help: .init(HelpPhrase.plainHTTP))
  var plainHTTP = false

  @Flag(name: .customLong("insecure-skip-tls-verify"), help: .init(HelpPhrase.skipVerification))
  var skipsVerification = false

  @Option(
    name: .customLong("ca-cert"), parsing: .singleValue, help: .init(HelpPhrase.authorityFile, valueName: "file"))
  var authorityFiles: [String] = []

  @Option(
    name: .customLong("resolve"), parsing: .singleValue,
    help: .init(HelpPhrase.resolve, valueName: "host[:port]=address[:port]"))
  var addresses: [String] = []

  @OptionGroup var network: NetworkOptions

  @Option(help: .init(HelpPhrase.username, valueName: "name"))
  var username: String?

  @Flag(name: .customLong("password-stdin"), help: .init(HelpPhrase.passwordFromInput))
  var readsPassword = false

  @Flag(name: .customLong("harbor-session"), help: .init(HelpPhrase.harborSession))
  var usesHarborSession = false

  @Option(
    name: .customLong("trust-realm"), parsing: .singleValue, help: .init(HelpPhrase.trustRealm, valueName: "host"))
  var trustedRealmHosts: [String] = []

  @Option(name: .customLong("token-realm"), help: .init(HelpPhrase.tokenRealm, valueName: "url"))
  var tokenRealm: String?

  @Flag(name: .customLong("foreign-layers"), help: .init(HelpPhrase.foreignLayers))
  var fetchesForeignLayers = false

  @Option(help: .init(HelpPhrase.connections, valueName: "n"))
  var connections: String?

  @Option(name: .customLong("stall-timeout"), help: .init(HelpPhrase.stallTimeout, valueName: "seconds"))
  var stallTimeout: String?

  @Option(name: .customLong("reuse"), parsing: .singleValue, help: .init(HelpPhrase.reuse, valueName: "path"))
  var reusedPaths: [String] = []

  @Flag(name: .customLong("no-reuse"), help: .init(HelpPhrase.noReuse))
  var reusesNothing = false

  @Flag(help: .init(HelpPhrase.restart))
  var restart = false

  @Flag(name: .customLong("no-wait"), help: .init(HelpPhrase.noWait))
  var doesNotWait = false
}

extension ArgumentHelp {
  init(_ phrase: HelpPhrase, valueName: String? = nil) {
    self.init(stringLiteral: phrase.text(Help.language))
    self.valueName = valueName
  }
}
