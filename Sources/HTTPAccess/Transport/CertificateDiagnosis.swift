import FileAccess
import ImageModel
import NIOCore
import NIOSSL
import Synchronization

/// Finds out why a certificate was refused, since the library below says only that it was: opens one more
/// connection, looks at what the server shows, and ends before anything is sent.
struct CertificateDiagnosis {
  let line: SideConnection
  let trust: TrustStore

  var origin: HTTPOrigin { line.origin }

  /// The reason, or nil where the certificate could not be had or looks right.
  func failure() async -> TLSFailure? {
    guard let chain = await presentedCertificates(), let leaf = chain.first else { return nil }
    let now = time(nil)
    if leaf.notValidAfter < now { return .expired(notAfter: Int64(leaf.notValidAfter)) }
    if leaf.notValidBefore > now { return .notYetValid(notBefore: Int64(leaf.notValidBefore)) }
    let names = CertificateNames(leaf)
    let authorities = AuthorityChain(chain.dropFirst() + trust.authorities(for: origin))
    return names.refusal(of: origin.host) ?? authorities.refusal(of: names, host: origin.host)
      ?? names.distrust(last: chain.last.map(CertificateNames.init))
  }

  private func presentedCertificates() async -> [NIOSSLCertificate]? {
    let seen = Mutex<[NIOSSLCertificate]?>(nil)
    guard let tls = try? trust.tls(for: origin) else { return nil }
    // Whatever ends the connection, mostly our own refusal: what counts is what was shown before.
    let makeTLS = { @Sendable in try tls.makeHandler { certificates in seen.withLock { $0 = certificates } } }
    try? await line.open(makeTLS) { _ in }
    return seen.withLock(\.self)
  }

  /// What one more connection shows, opened as requests have it.
  ///
  /// - Throws: what ``SideConnection/open(_:_:)`` throws.
  func connection() async throws -> ServerConnection {
    guard origin.scheme == .https else {
      guard line.tunnel == nil else { return ServerConnection(address: nil, tls: nil, certificate: nil) }
      return try await line.open(nil) {
        ServerConnection(address: $0.serverAddress, tls: nil, certificate: nil)
      }
    }
    // Of two handlers of TLS, one with the proxy, the pipeline would give the first.
    guard line.tunnel?.proxyTLS == nil else {
      return ServerConnection(address: nil, tls: nil, certificate: await presentedCertificates()?.first)
    }
    let tls = try trust.tls(for: origin)
    return try await line.open(tls.makeHandler) { channel in
      ServerConnection(
        address: line.tunnel == nil ? channel.serverAddress : nil, tls: try await channel.nioSSL_tlsVersion().get(),
        certificate: try await channel.nioSSL_peerCertificate().get())
    }
  }
}

extension Channel {
  fileprivate var serverAddress: IPAddress? { remoteAddress?.ipAddress.flatMap { IPAddress(parsing: $0) } }
}
