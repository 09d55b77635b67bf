import ImageModel

/// The certificates that are set up for one host: whose are believed, and which one the host is shown.
package struct HostCertificates: Sendable, Hashable {
  package var authorityFiles: [String] = []
  package var client: Pair?
  /// The host's certificate is not checked.
  package var isUnverified = false
  package var sources = Sources()

  /// A certificate and its key: two PEM files.
  package struct Pair: Sendable, Hashable {
    package let certificateFile: String
    package let keyFile: String

    package init(certificateFile: String, keyFile: String) {
      self.certificateFile = certificateFile
      self.keyFile = keyFile
    }
  }

  /// What names the files.
  package struct Sources: Sendable, Hashable {
    package var authorities: Provenance?
    package var client: Provenance?

    package init() {}
  }

  package init() {}
}
