import ImageModel

/// Which files decide what is believed of a host, and what is shown to it.
public struct TrustSummary: Sendable, Hashable {
  /// A file or a folder of certificates.
  public struct Place: Sendable, Hashable {
    public let path: String
    /// What names it; nil where it lies in a place that is always looked at.
    public let provenance: Provenance?

    package init(path: String, provenance: Provenance? = nil) {
      self.path = path
      self.provenance = provenance
    }
  }

  /// Whose certificates are trusted; none where nothing is checked.
  public let authorities: [Place]
  /// On macOS the system judges by itself.
  public let isSystemJudge: Bool
  /// The certificate that the host is shown.
  public let clientCertificate: Place?
  public let isVerified: Bool
}

extension TrustSettings {
  /// Looks at files and opens none.
  package func summary(for origin: HTTPOrigin) -> TrustSummary {
    let folders = folders(origin)
    let named = hosts[origin.authority] ?? HostTrust()
    var authorities = system.namedFile.map {
      [TrustSummary.Place(path: $0, provenance: .variable(SystemAuthorities.fileVariable))]
    }
    #if os(Linux)
      let isSystemJudge = false
      authorities =
        authorities ?? (system.systemFile ?? system.systemFolder).map { [TrustSummary.Place(path: $0)] }
    #else
      let isSystemJudge = authorities == nil
    #endif
    let isUnverified = trust(for: origin).isUnverified
    return TrustSummary(
      authorities: isUnverified
        ? []
        : (authorities ?? [])
          + system.namedFolders.map { .init(path: $0, provenance: .variable(SystemAuthorities.folderVariable)) }
          + authorityFiles.map { .init(path: $0, provenance: .option("--ca-cert")) }
          + named.authorityFiles.map { .init(path: $0, provenance: named.sources.authorities) }
          + folders.authorityFiles.map { .init(path: $0) },
      isSystemJudge: isSystemJudge,
      clientCertificate: named.client.map { .init(path: $0.certificateFile, provenance: named.sources.client) }
        ?? folders.client.map { .init(path: $0.certificateFile) },
      isVerified: !isUnverified)
  }
}
