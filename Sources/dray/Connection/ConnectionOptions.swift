import ArgumentParser
import DrayMessages

/// The options of every command that talks to a registry, as they are typed. ``ConnectionSettings`` reads their
/// values.
struct ConnectionOptions: ParsableArguments {
  @Option(help: .init(ConnectionHelp.username, valueName: "name"))
  var username: String?

  @Flag(name: .customLong("password-stdin"), help: .init(ConnectionHelp.passwordFromInput))
  var readsPassword = false

  @Option(name: .customLong("authfile"), help: .init(ConnectionHelp.authFile, valueName: "file"))
  var authFile: String?

  @Flag(name: .customLong("plain-http"), help: .init(ConnectionHelp.plainHTTP))
  var plainHTTP = false

  @Flag(name: .customLong("insecure-skip-tls-verify"), help: .init(ConnectionHelp.skipVerification))
  var skipsVerification = false

  @Option(
    name: .customLong("ca-cert"), parsing: .singleValue, help: .init(ConnectionHelp.authorityFile, valueName: "file"))
  var authorityFiles: [String] = []

  @Option(
    name: .customLong("resolve"), parsing: .singleValue,
    help: .init(ConnectionHelp.resolve, valueName: "host[:port]=address[:port]"))
  var addresses: [String] = []

  @Option(help: .init(ConnectionHelp.proxy, valueName: "url|none"))
  var proxy: String?

  @Option(name: .customLong("connect-timeout"), help: .init(ConnectionHelp.connectTimeout, valueName: "seconds"))
  var connectTimeout: String?

  @Option(
    name: .customLong("mirror"), parsing: .singleValue, help: .init(ConnectionHelp.mirror, valueName: "host[/prefix]"))
  var mirrors: [String] = []

  @Flag(name: .customLong("no-config"), help: .init(ConnectionHelp.noConfiguration))
  var ignoresConfiguration = false

  @Flag(name: .customLong("harbor-session"), help: .init(ConnectionHelp.harborSession))
  var usesHarborSession = false

  @Option(
    name: .customLong("trust-realm"), parsing: .singleValue, help: .init(ConnectionHelp.trustRealm, valueName: "host"))
  var trustedRealmHosts: [String] = []

  @Option(name: .customLong("token-realm"), help: .init(ConnectionHelp.tokenRealm, valueName: "url"))
  var tokenRealm: String?

  @Option(name: .customLong("stall-timeout"), help: .init(ConnectionHelp.stallTimeout, valueName: "seconds"))
  var stallTimeout: String?

  @Flag(name: .shortAndLong, help: .init(ConnectionHelp.verbose))
  var verbose = false

  @Flag(help: .init(ConnectionHelp.debug))
  var debug = false

  /// Whether details are wanted.
  var isDetailed: Bool { verbose || debug }
}
