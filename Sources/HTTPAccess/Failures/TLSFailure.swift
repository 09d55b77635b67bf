/// Why no trustworthy TLS connection came about.
public enum TLSFailure: Error, Sendable, Hashable {
  /// `notAfter` in seconds since 1970.
  case expired(notAfter: Int64)
  case notYetValid(notBefore: Int64)
  /// The names that the certificate is for.
  case wrongHost(names: [String])
  /// The certificate is for no host at all: it has no `subjectAltName` with one, and a common name counts for none
  /// (RFC 9525 §6.4.4, RFC 9110 §4.3.4).
  case namesNoHost(commonName: String?, isSelfSigned: Bool)
  case unknownAuthority(issuer: String)
  case selfSigned(subject: String)
  /// The certificate has a name that one of its authorities may not vouch for (RFC 5280 §4.2.1.10). It is refused as a whole,
  /// whichever of its names is asked for.
  case nameNotPermitted(String, authority: String)
  /// The certificate has addresses, and one of its authorities has constraints on them, by which no certificate can be checked.
  case addressesConstrained(authority: String)
  /// The server speaks only a version older than TLS 1.2.
  case oldProtocol
  /// The server does not speak TLS on this port.
  case notTLS
  /// The server speaks TLS on this port, and was to be asked in the clear.
  case unwanted
  /// The certificate is not trusted, and what is wrong with it could not be found out.
  case untrusted
  /// The server ended the handshake, by an alert with this name (RFC 8446 §6).
  case alert(String)
  /// The handshake failed here; the code is the TLS library's, where it has one.
  case handshake(code: String?)
  /// The file holds neither PEM nor DER certificates that can be read.
  case unreadableAuthority(path: String)
  /// A PEM file in which no certificate is.
  case noCertificate(path: String)
  /// A file of certificates cannot be read; the number is the system's.
  case fileNotRead(path: String, errno: Int32)
  /// The key of a certificate that dray would show.
  case unreadableKey(path: String)
  /// The server wants a certificate of the client and there is none, or not this one.
  case clientCertificate
}
