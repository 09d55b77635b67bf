/// A certificate that dray shows, and its key: two PEM files.
package struct ClientCertificate: Sendable, Hashable {
  package let certificateFile: String
  package let keyFile: String

  package init(certificateFile: String, keyFile: String) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
  }
}
