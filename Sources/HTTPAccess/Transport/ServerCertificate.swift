import ImageModel
import NIOSSL

/// What a server's certificate says of itself. It proves nothing.
package struct ServerCertificate: Sendable, Hashable {
  /// Foreign text: escape it before it is shown.
  package let issuer: String?
  /// Seconds since 1970.
  package let notAfter: Int64
}

/// The line to a server, as requests have it.
package struct ServerConnection: Sendable {
  /// Whose end it is; nil where a proxy stands between.
  package let address: IPAddress?
  /// `TLS 1.3`; nil where there is none, or a proxy hides it.
  package let protocolName: String?
  package let certificate: ServerCertificate?

  init(address: IPAddress?, tls: TLSVersion?, certificate: NIOSSLCertificate?) {
    self.address = address
    protocolName = tls.map { version in
      switch version {
      case .tlsv1: "TLS 1.0"
      case .tlsv11: "TLS 1.1"
      case .tlsv12: "TLS 1.2"
      case .tlsv13: "TLS 1.3"
      }
    }
    self.certificate = certificate.map {
      ServerCertificate(issuer: CertificateNames($0).issuer, notAfter: Int64($0.notValidAfter))
    }
  }
}

/// A certificate that a server offers to be trusted for, such as the one of Harbor's own authority. Whoever stands in
/// between could offer another: only its fingerprint, compared over another way, makes it one to trust.
package struct OfferedAuthority: Sendable, Hashable {
  package let address: String
  /// Of the certificate's DER form.
  package let fingerprint: Digest
}

extension AsyncHTTPTransport {
  /// What one more connection to a server shows; nil where there was none.
  package func connection(to origin: HTTPOrigin) async -> ServerConnection? {
    guard let diagnosis = try? diagnosis(of: origin) else { return nil }
    return try? await diagnosis.connection()
  }

  /// The proxy that stands before a host.
  package func proxy(before origin: HTTPOrigin) -> Proxy? {
    (try? setup.route(to: origin))?.proxy
  }

  /// Asks a Harbor for the certificate of its authority, without trust and without credentials; nil where it has none.
  package func offeredAuthority(of origin: HTTPOrigin) async -> OfferedAuthority? {
    guard let url = AbsoluteURL(origin: origin, target: "/api/v2.0/systeminfo/getcert") else { return nil }
    var settings = setup.settings
    settings.trust.unverifiedHosts.insert(origin.authority)
    let other = AsyncHTTPTransport(settings, group: setup.group)
    let body = BodyCollector(limit: 64 << 10)
    let response = try? await other.send(TransportRequest(.GET, url), to: body)
    try? await other.shutdown()
    guard response?.status == 200, let certificate = try? NIOSSLCertificate.fromPEMBytes(body.body).first,
      let bytes = try? certificate.toDERBytes()
    else { return nil }
    return OfferedAuthority(address: url.redacted, fingerprint: Digest.hash(bytes, algorithm: .sha256))
  }
}
