import ArgumentParser
import DrayMessages
import RegistryServer

/// The options of `dray serve` that concern the server itself.
struct ServeOptions: ParsableArguments {
  @Option(help: .init(ServeHelp.listen, valueName: "address:port"))
  var listen: String?

  @Flag(name: .shortAndLong, help: .init(ServeHelp.quiet))
  var quiet = false
}

extension ServerSettings {
  /// - Throws: `ServeOptionError`.
  init(_ options: ServeOptions) throws(ServeOptionError) {
    self.init()
    guard let text = options.listen else { return }
    guard let address = ListenAddress(parsing: text) else { throw .listen(text) }
    if let host = address.host { self.host = host }
    port = address.port
  }
}
