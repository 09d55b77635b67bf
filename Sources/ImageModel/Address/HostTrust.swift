/// Whose certificates of one host are believed, and which one the host is shown.
package struct HostTrust: Sendable, Hashable {
  /// PEM files whose certificates are trusted beside those for all hosts.
  package var authorityFiles: [String] = []
  package var client: ClientCertificate?
  /// The host's certificate is not checked.
  package var isUnverified = false
  package var sources = Sources()

  /// What names the files.
  package struct Sources: Sendable, Hashable {
    package var authorities: Provenance?
    package var client: Provenance?

    package init() {}
  }

  package init(authorityFiles: [String] = [], client: ClientCertificate? = nil, isUnverified: Bool = false) {
    self.authorityFiles = authorityFiles
    self.client = client
    self.isUnverified = isUnverified
  }
}

/// A certificate that dray shows, and its key: two PEM files.
package struct ClientCertificate: Sendable, Hashable {
  package let certificateFile: String
  package let keyFile: String

  package init(certificateFile: String, keyFile: String) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
  }
}
