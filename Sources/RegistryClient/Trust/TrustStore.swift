import NIOSSL
import Synchronization

/// Decides for each host whose certificates are believed and what is shown. Files are looked at when a host is first
/// spoken to, and not before.
package final class TrustStore: Sendable {
  private let settings: Mutex<TrustSettings>
  private let made = Mutex<[HTTPOrigin: TLSConfiguration]>([:])
  private let contexts = Mutex<[HTTPOrigin: NIOSSLContext]>([:])

  package init(_ settings: TrustSettings) {
    self.settings = Mutex(settings)
  }

  /// Takes in what configuration says about a host, before it is first spoken to.
  package func set(_ trust: HostTrust, for origin: HTTPOrigin) {
    settings.withLock { $0.hosts[origin.authority] = trust }
  }

  /// - Throws: ``RegistryError`` that names a file that cannot be read.
  func tlsConfiguration(for origin: HTTPOrigin) throws(RegistryError) -> TLSConfiguration {
    if let known = made.withLock({ $0[origin] }) { return known }
    let configuration = try make(origin)
    made.withLock { $0[origin] = configuration }
    return configuration
  }

  /// The same, ready for connections that are prepared here.
  ///
  /// - Throws: ``RegistryError``.
  func context(for origin: HTTPOrigin) throws -> NIOSSLContext {
    if let known = contexts.withLock({ $0[origin] }) { return known }
    let context = try NIOSSLContext(configuration: tlsConfiguration(for: origin))
    contexts.withLock { $0[origin] = context }
    return context
  }

  private func make(_ origin: HTTPOrigin) throws(RegistryError) -> TLSConfiguration {
    let settings = settings.withLock(\.self)
    let trust = settings.trust(for: origin)
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    if trust.isUnverified {
      configuration.certificateVerification = .none
    } else {
      try SystemAuthorities(settings.roots).apply(to: &configuration, host: origin.description)
      for file in trust.authorityFiles {
        configuration.additionalTrustRoots.append(.certificates(try Self.certificates(file, host: origin)))
      }
    }
    if let client = trust.client {
      configuration.certificateChain = try Self.certificates(client.certificateFile, host: origin).map {
        .certificate($0)
      }
      guard let key = try? NIOSSLPrivateKey(file: client.keyFile, format: .pem) else {
        throw RegistryError(.tls(host: origin.description, .unreadableKey(path: client.keyFile)))
      }
      configuration.privateKey = .privateKey(key)
    }
    return configuration
  }

  private static func certificates(
    _ path: String, host: HTTPOrigin
  ) throws(RegistryError) -> [NIOSSLCertificate] {
    guard let certificates = try? NIOSSLCertificate.fromPEMFile(path), !certificates.isEmpty else {
      throw RegistryError(.tls(host: host.description, .unreadableAuthority(path: path)))
    }
    return certificates
  }
}

extension HTTPOrigin {
  /// The handler of TLS with this host.
  func makeTLSHandler(_ context: NIOSSLContext) throws -> NIOSSLClientHandler {
    try NIOSSLClientHandler(context: context, serverHostname: tlsName)
  }

  /// What the server is told that it is asked for: no address (RFC 6066 §3).
  var tlsName: String? { IPAddress(parsing: host) == nil ? host : nil }
}
