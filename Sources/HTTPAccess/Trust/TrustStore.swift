import ImageModel
import NIOSSL
import Synchronization

/// Decides for each host whose certificates are believed and what is shown. Files are looked at when a host is first
/// spoken to, and not before.
package final class TrustStore: Sendable {
  private let settings: Mutex<TrustSettings>
  /// By no clock: files are read once, and a pipe can be read no second time.
  private let made = Mutex(BoundedTable<HTTPOrigin, HostTLS>(limit: 256))

  package init(_ settings: TrustSettings) {
    self.settings = Mutex(settings)
  }

  /// Takes in what configuration says about a host, before it is first spoken to.
  package func set(_ trust: HostTrust, for origin: HTTPOrigin) {
    settings.withLock { $0.hosts[origin.authority] = trust }
  }

  /// What connections to this host are secured by.
  ///
  /// - Throws: ``TransportError`` that names a file that cannot be read.
  func tls(for origin: HTTPOrigin) throws(TransportError) -> HostTLS {
    if let known = made.withLock({ $0[origin, at: .zero] }) { return known }
    let configuration = try configuration(origin)
    let tls: HostTLS
    do {
      tls = try HostTLS(configuration, host: origin.host)
    } catch {
      throw TransportError(.tls(host: origin.description, unusable(for: origin)))
    }
    made.withLock { $0[origin, at: .zero] = tls }
    return tls
  }

  /// Whom this host's certificates may come from, as far as files say it.
  func authorities(for origin: HTTPOrigin) -> [NIOSSLCertificate] {
    guard let configuration = try? configuration(origin) else { return [] }
    let roots: [NIOSSLAdditionalTrustRoots] =
      switch configuration.trustRoots {
      case .certificates(let certificates): [.certificates(certificates)]
      case .file(let path): [.file(path)]
      case .default, nil: []
      }
    return (roots + configuration.additionalTrustRoots).flatMap { roots in
      switch roots {
      case .certificates(let certificates): certificates
      case .file(let path): (try? CertificateFile.certificates(path)) ?? []
      }
    }
  }

  private func configuration(_ origin: HTTPOrigin) throws(TransportError) -> TLSConfiguration {
    let settings = settings.withLock(\.self)
    let trust = settings.trust(for: origin)
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    if trust.isUnverified {
      configuration.certificateVerification = .none
    } else {
      try settings.system.apply(to: &configuration, host: origin.description)
      for file in trust.authorityFiles {
        configuration.additionalTrustRoots.append(.certificates(try Self.certificates(file, host: origin)))
      }
    }
    if let client = trust.client {
      configuration.certificateChain = try Self.certificates(client.certificateFile, host: origin).map {
        .certificate($0)
      }
      guard let key = try? NIOSSLPrivateKey(file: client.keyFile, format: .pem) else {
        throw TransportError(.tls(host: origin.description, .unreadableKey(path: client.keyFile)))
      }
      configuration.privateKey = .privateKey(key)
    }
    return configuration
  }

  /// The library takes what was read file by file, but not all together: the certificate and the key that dray shows do not
  /// fit, or else the machine's own authorities are no certificates.
  private func unusable(for origin: HTTPOrigin) -> TLSFailure {
    let settings = settings.withLock(\.self)
    if let client = settings.trust(for: origin).client { return .unreadableKey(path: client.keyFile) }
    let system = settings.system
    return .unreadableAuthority(path: system.systemFile ?? system.systemFolder ?? "")
  }

  private static func certificates(
    _ path: String, host: HTTPOrigin
  ) throws(TransportError) -> [NIOSSLCertificate] {
    do { return try CertificateFile.certificates(path) } catch {
      throw TransportError(.tls(host: host.description, error))
    }
  }
}
