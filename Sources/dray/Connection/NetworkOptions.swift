import ArgumentParser
import DrayMessages
import HTTPAccess
import ImageCopy
import MachineConfiguration
import RegistryClient

/// The options for the way to registries: the same for every command that goes there.
struct NetworkOptions: ParsableArguments {
  @Option(help: .init(ConnectionHelp.proxy, valueName: "url|none"))
  var proxy: String?

  @Option(name: .customLong("connect-timeout"), help: .init(ConnectionHelp.connectTimeout, valueName: "seconds"))
  var connectTimeout: String?

  @Option(
    name: .customLong("mirror"), parsing: .singleValue, help: .init(ConnectionHelp.mirror, valueName: "host[/prefix]"))
  var mirrors: [String] = []

  @Flag(name: .customLong("no-config"), help: .init(ConnectionHelp.noConfiguration))
  var ignoresConfiguration = false

  /// The longest time to connect that is waited for, in seconds: an hour.
  private static let longestConnect = 3_600

  func apply(to access: inout RegistryAccess) throws(UsageError) {
    if let text = proxy {
      if text == "none" {
        access.network.proxies.useNone()
      } else {
        // Never the text itself: it may hold a password.
        guard let proxy = Proxy(parsing: text, source: .commandLine) else { throw .proxy }
        access.network.proxies.use(proxy)
      }
    }
    if let number = try OptionNumber.read(connectTimeout, "--connect-timeout", 1...Self.longestConnect) {
      access.network.connectTimeout = .seconds(number)
    }
    for text in mirrors {
      guard let mirror = MirrorName(parsing: text) else { throw .mirror(text) }
      access.mirrors.append(mirror)
    }
    if ignoresConfiguration { access.use(.none) }
  }
}
