import ArgumentParser
import DrayMessages

/// The options of every command that talks to a registry, as they are typed. ``ConnectionSettings`` reads their
/// values.
struct ConnectionOptions: ParsableArguments {
  @Option(help: .init(HelpPhrase.username, valueName: "name"))
  var username: String?

  @Flag(name: .customLong("password-stdin"), help: .init(HelpPhrase.passwordFromInput))
  var readsPassword = false

  @Option(name: .customLong("authfile"), help: .init(HelpPhrase.authFile, valueName: "file"))
  var authFile: String?

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

  @Flag(name: .customLong("harbor-session"), help: .init(HelpPhrase.harborSession))
  var usesHarborSession = false

  @Option(
    name: .customLong("trust-realm"), parsing: .singleValue, help: .init(HelpPhrase.trustRealm, valueName: "host"))
  var trustedRealmHosts: [String] = []

  @Option(name: .customLong("token-realm"), help: .init(HelpPhrase.tokenRealm, valueName: "url"))
  var tokenRealm: String?

  @Option(name: .customLong("stall-timeout"), help: .init(HelpPhrase.stallTimeout, valueName: "seconds"))
  var stallTimeout: String?

  @Flag(name: .shortAndLong, help: .init(HelpPhrase.verbose))
  var verbose = false

  @Flag(help: .init(HelpPhrase.debug))
  var debug = false

  /// Whether details are wanted.
  var isDetailed: Bool { verbose || debug }
}
