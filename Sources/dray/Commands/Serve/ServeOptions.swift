import ArgumentParser
import DrayMessages

/// The options of `dray serve` that concern the server itself.
struct ServeOptions: ParsableArguments {
  @Option(help: .init(ServeHelp.listen, valueName: "address:port"))
  var listen: String?

  @Option(name: .customLong("server-name"), help: .init(ServeHelp.serverName, valueName: "host"))
  var serverNames: [String] = []

  @Option(help: .init(ServeHelp.user, valueName: "name"))
  var user: String?

  @Option(name: .customLong("token-file"), help: .init(ServeHelp.tokenFile, valueName: "file"))
  var tokenFile: String?

  @Flag(help: .init(ServeHelp.anonymous))
  var anonymous = false

  @Option(name: .customLong("tls-cert"), help: .init(ServeHelp.certificate, valueName: "file"))
  var certificate: String?

  @Option(name: .customLong("tls-key"), help: .init(ServeHelp.key, valueName: "file"))
  var key: String?

  @Flag(name: .customLong("tls-self-signed"), help: .init(ServeHelp.selfSigned))
  var isSelfSigned = false

  @Option(name: .customLong("tls-folder"), help: .init(ServeHelp.tlsFolder, valueName: "folder"))
  var tlsFolder: String?

  @Option(name: .customLong("max-connections"), help: .init(ServeHelp.connections, valueName: "n"))
  var connections: Int?

  @Option(name: .customLong("drain"), help: .init(ServeHelp.drain, valueName: "seconds"))
  var drain: Int?

  @Flag(name: .customLong("verify"), help: .init(ServeHelp.verify))
  var verifies = false

  @Option(
    name: .customLong("print-config"),
    help: .init(ServeHelp.printConfig, valueName: "docker|containerd|k3s|podman|buildkit"))
  var client: String?

  @Flag(name: .shortAndLong, help: .init(ServeHelp.quiet))
  var quiet = false
}
