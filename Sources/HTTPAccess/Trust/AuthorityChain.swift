import NIOSSL

/// The authorities above a server's certificate, found by their names. It proves nothing: the TLS library judges, and says no
/// more than that it refuses.
struct AuthorityChain {
  /// A chain that is longer is nobody's.
  private static let depth = 8

  private struct Authority {
    let certificate: NIOSSLCertificate
    let names: CertificateNames
  }

  private let authorities: [Authority]

  /// - Parameter authorities: what the server shows behind its certificate, and what is trusted here.
  init(_ authorities: [NIOSSLCertificate]) {
    self.authorities = authorities.map { Authority(certificate: $0, names: CertificateNames($0)) }
  }

  /// Which authority may not vouch for a certificate; nil where all may, as far as they are known.
  ///
  /// - Parameter host: the host asked for, which is told where it is among what is not permitted.
  func refusal(of names: CertificateNames, host: String) -> TLSFailure? {
    var next = names.issuerField
    for _ in 0..<Self.depth {
      guard let issuer = next else { return nil }
      let above = authorities.filter { $0.names.subjectField == issuer }
      // An authority may have several certificates: one that permits it is enough.
      let refusals = above.map { Self.refusal(of: names.identity, by: $0, host: host) }
      guard let allowed = refusals.firstIndex(of: nil) else { return refusals.first ?? nil }
      let further = above[allowed].names.issuerField
      next = further == issuer ? nil : further
    }
    return nil
  }

  private static func refusal(
    of names: CertificateIdentity, by authority: Authority, host: String
  ) -> TLSFailure? {
    guard let constraints = (try? authority.certificate.toDERBytes()).flatMap({ try? NameConstraints(of: $0) }),
      let subject = authority.names.subject
    else { return nil }
    let refused = names.names.filter { !constraints.permits(name: $0) }
    if let first = refused.first {
      return .nameNotPermitted(refused.contains(host) ? host : first, authority: subject)
    }
    return constraints.hasAddresses && !names.addresses.isEmpty ? .addressesConstrained(authority: subject) : nil
  }
}
