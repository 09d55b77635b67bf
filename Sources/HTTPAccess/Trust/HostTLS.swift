import NIOCore
import NIOSSL

/// TLS with one host. Every connection gets its handler of TLS here, so that none goes without the check that the
/// certificate is the host's.
///
/// The library below checks the chain of certificates. It does not check for whom the certificate is: it would take an
/// address in it for any host that the connection leads to, and a common name for a host.
struct HostTLS: Sendable {
  private let context: NIOSSLContext
  private let host: String
  private let isVerified: Bool

  /// The chain of certificates is trusted, and it is not the host's.
  struct Refused: Error {
    let failure: TLSFailure
  }

  /// - Parameter host: a name, or an address without brackets.
  init(_ configuration: TLSConfiguration, host: String) throws {
    var configuration = configuration
    isVerified = configuration.certificateVerification != .none
    if isVerified { configuration.certificateVerification = .noHostnameVerification }
    context = try NIOSSLContext(configuration: configuration)
    self.host = host
  }

  /// Lets nothing pass, in either direction, before the certificate has proved to be the host's; else it fails with ``Refused``.
  func makeHandler() throws -> NIOSSLClientHandler {
    guard isVerified else { return try NIOSSLClientHandler(context: context, serverHostname: serverName) }
    let host = host
    return try NIOSSLClientHandler._makeSSLClientHandler(context: context, serverHostname: serverName) {
      certificate, channel in
      channel.eventLoop.makeCompletedFuture {
        if let failure = CertificateNames(certificate).refusal(of: host) { throw Refused(failure: failure) }
      }
    }
  }

  /// Tells what the server shows, and never gets further.
  func makeHandler(showing shown: @escaping @Sendable ([NIOSSLCertificate]) -> Void) throws -> NIOSSLClientHandler {
    try NIOSSLClientHandler(
      context: context, serverHostname: serverName,
      customVerificationCallback: { certificates, promise in
        shown(certificates)
        promise.succeed(.failed)
      })
  }

  /// For a handshake with whoever answers, after which nothing may be sent.
  static func unverified() throws -> HostTLS {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .none
    return try HostTLS(configuration, host: "")
  }

  /// What the server is told that it is asked for: no address (RFC 6066 §3), and no dot at the end.
  private var serverName: String? {
    guard case .name(let name) = CertificateIdentity.Reference(host: host), !name.isEmpty else { return nil }
    return name.hasSuffix(".") ? String(name.dropLast()) : name
  }
}
