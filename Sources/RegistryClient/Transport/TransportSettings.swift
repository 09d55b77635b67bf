import NIOSSL

/// What the transport trusts, how long it waits and how many connections it holds.
public struct TransportSettings: Sendable {
  /// PEM files whose certificates are trusted beside the system's.
  public var authorityFiles: [String] = []
  /// Hosts (`name` or `name:port`) whose certificates are not checked.
  public var unverifiedHosts: Set<String> = []
  /// Where to connect to instead of where the name system says.
  public var addressOverrides = AddressOverrides()
  /// How long a connection may take to open, TLS included.
  public var connectTimeout: Duration = .seconds(10)
  /// How long a response may go without a byte.
  public var stallTimeout: Duration = .seconds(30)
  /// Connections to one host at the same time.
  public var connectionsPerHost: Int = 8

  public init() {}

  /// Reads the files of trusted certificates once, so that a bad one is named before anything is sent.
  ///
  /// - Throws: ``RegistryError``.
  package func checkAuthorityFiles() throws {
    for path in authorityFiles {
      guard let certificates = try? NIOSSLCertificate.fromPEMFile(path), !certificates.isEmpty else {
        throw RegistryError(.tls(host: "", .unreadableAuthority(path: path)))
      }
    }
  }

  /// Whether the certificate of this host is taken unseen.
  func isUnverified(_ origin: HTTPOrigin) -> Bool {
    unverifiedHosts.contains(origin.host) || unverifiedHosts.contains("\(origin.host):\(origin.port)")
  }

  func tlsConfiguration(for origin: HTTPOrigin) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    configuration.additionalTrustRoots = authorityFiles.map { .file($0) }
    if isUnverified(origin) { configuration.certificateVerification = .none }
    return configuration
  }
}
