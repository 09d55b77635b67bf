/// Which files decide what is believed of a host, and what is shown to it.
public struct TrustSummary: Sendable, Hashable {
  /// Files and folders whose certificates are trusted; none where nothing is checked.
  public let authorities: [String]
  /// On macOS the system judges by itself.
  public let isSystemJudge: Bool
  /// The certificate that the host is shown.
  public let clientCertificate: String?
  public let isVerified: Bool
}

extension TrustSettings {
  /// Looks at files and opens none.
  package func summary(for origin: HTTPOrigin) -> TrustSummary {
    let trust = trust(for: origin)
    let system = SystemAuthorities(roots)
    var authorities = system.namedFile.map { [$0] } ?? []
    #if os(Linux)
      if authorities.isEmpty, let store = system.systemFile ?? system.systemFolder { authorities = [store] }
      let isSystemJudge = false
    #else
      let isSystemJudge = authorities.isEmpty
    #endif
    authorities += system.namedFolders + trust.authorityFiles
    return TrustSummary(
      authorities: trust.isUnverified ? [] : authorities, isSystemJudge: isSystemJudge,
      clientCertificate: trust.client?.certificateFile, isVerified: !trust.isUnverified)
  }
}
