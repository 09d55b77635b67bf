import DrayMessages
import FileAccess
import ImageCopy
import ImageModel
import RegistryServer
import SystemPackage

extension ServerSettings {
  /// - Parameter environment: `DRAY_SERVE_TOKEN` is the password where no file is named.
  /// - Throws: ``ServeOptionError``; `CertificateError` and `FileError` where there is no certificate.
  init(_ options: ServeOptions, environment: (String) -> String?) throws {
    self.init()
    if let text = options.listen {
      guard let address = ListenAddress(parsing: text) else { throw ServeOptionError.listen(text) }
      if let host = address.host { self.host = host }
      port = address.port
    }
    names = try Self.names(options, host: host)
    publicName = options.serverNames.first { $0 != "*" }
    login = try Self.login(options, environment: environment)
    (certificate, ownAuthority) = try Self.certificate(options, host: host, environment: environment)
    if let connections = options.connections {
      guard (1...100_000).contains(connections) else { throw ServeOptionError.connections }
      limits.connections = connections
    }
    // A connection and the file that it is sent from.
    limits.connections = OpenFileBudget.current.connections(wanted: limits.connections)
    if let drain = options.drain {
      guard (0...86_400).contains(drain) else { throw ServeOptionError.drain }
      limits.drainTime = .seconds(drain)
    }
  }

  private static func names(_ options: ServeOptions, host: String) throws(ServeOptionError) -> Set<String>? {
    if options.serverNames.contains("*") { return nil }
    for name in options.serverNames {
      guard let parsed = try? RegistryName(parsing: name), parsed.port == nil else { throw .serverName(name) }
    }
    return Set((options.serverNames + [host] + FileLook.hostNames).map { $0.lowercased() })
  }

  private static func login(
    _ options: ServeOptions, environment: (String) -> String?
  ) throws -> ServerLogin? {
    var token = environment("DRAY_SERVE_TOKEN")
    if let path = options.tokenFile {
      guard let bytes = try? FileDescriptor.bytes(of: FilePath(path), limit: 4_096),
        let text = String(validating: bytes, as: UTF8.self)
      else { throw ServeOptionError.tokenFile(path) }
      // An editor ends a file with a newline.
      token = text.split(whereSeparator: \.isNewline).first.map(String.init)
      if token == nil { throw ServeOptionError.emptyTokenFile(path) }
    }
    guard options.tokenFile != nil || options.user != nil || !(token ?? "").isEmpty else { return nil }
    guard !options.anonymous else { throw ServeOptionError.anonymousWithToken }
    guard let token, !token.isEmpty else { throw ServeOptionError.noToken }
    return ServerLogin(name: options.user ?? "dray", password: token)
  }
}
