import ImageModel
import NIOSSL

/// What a server's certificate says of itself. It proves nothing.
package struct ServerCertificate: Sendable, Hashable {
  /// Foreign text: escape it before it is shown.
  package let issuer: String?
  /// Seconds since 1970.
  package let notAfter: Int64
}

/// A certificate that a server offers to be trusted for, such as the one of Harbor's own authority. Whoever stands in
/// between could offer another: only its fingerprint, compared over another way, makes it one to trust.
package struct OfferedAuthority: Sendable, Hashable {
  package let address: String
  /// Of the certificate's DER form.
  package let fingerprint: Digest
}

extension AsyncHTTPTransport {
  /// The certificate that a server shows, whether it is trusted or not; nil where none could be had.
  package func certificate(of origin: HTTPOrigin) async -> ServerCertificate? {
    guard let diagnosis = try? diagnosis(of: origin), let leaf = await diagnosis.presentedCertificates()?.first else {
      return nil
    }
    return ServerCertificate(issuer: CertificateNames(leaf).issuer, notAfter: Int64(leaf.notValidAfter))
  }

  /// Asks a Harbor for the certificate of its authority, without trust and without credentials; nil where it has none.
  package func offeredAuthority(of origin: HTTPOrigin) async -> OfferedAuthority? {
    guard let url = AbsoluteURL(origin: origin, target: "/api/v2.0/systeminfo/getcert") else { return nil }
    var settings = settings
    settings.trust.unverifiedHosts.insert(origin.authority)
    let other = AsyncHTTPTransport(settings, group: group)
    let body = BodyCollector(limit: 64 << 10)
    let response = try? await other.send(TransportRequest(.GET, url), to: body)
    try? await other.shutdown()
    guard response?.status == 200, let certificate = try? NIOSSLCertificate.fromPEMBytes(body.body).first,
      let bytes = try? certificate.toDERBytes()
    else { return nil }
    return OfferedAuthority(address: url.redacted, fingerprint: Digest.hash(bytes, algorithm: .sha256))
  }
}
