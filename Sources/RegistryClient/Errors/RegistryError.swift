import ImageModel

/// Why a conversation with a registry failed, about which request, and in which words the server put it.
///
/// It never holds a secret: addresses are kept without their query and user information.
public struct RegistryError: ClassifiedError, Sendable {
  public let reason: Reason
  /// The request that failed; nil where none was sent.
  public let request: RequestSummary?
  /// What the server answered, if it did.
  public let answer: ServerAnswer?
  /// How many times it was tried.
  public let tries: Int

  package init(_ reason: Reason, request: RequestSummary? = nil, answer: ServerAnswer? = nil, tries: Int = 1) {
    self.reason = reason
    self.request = request
    self.answer = answer
    self.tries = tries
  }

  package func after(tries: Int) -> RegistryError {
    RegistryError(reason, request: request, answer: answer, tries: tries)
  }

  package func about(_ request: RequestSummary) -> RegistryError {
    RegistryError(reason, request: self.request ?? request, answer: answer, tries: tries)
  }

  /// The same failure, once a server that limits the rate has been waited for long enough.
  package func outOfPatience(waited: Duration) -> RegistryError {
    guard case .rateLimited(let host, _) = reason else { return self }
    return RegistryError(
      .outOfPatience(host: host, seconds: waited.components.seconds), request: request, answer: answer, tries: tries)
  }

  /// The same failure of the same request, better explained.
  func because(_ reason: Reason) -> RegistryError {
    RegistryError(reason, request: request, answer: answer, tries: tries)
  }

  public enum Reason: Sendable, Hashable {
    // The line
    /// The name system knows no such host.
    case nameNotFound(host: String)
    /// The name system knows the host, and no address of it.
    case nameWithoutAddress(host: String)
    /// The name system did not answer, and what each name server did, where they could be asked.
    case nameLookupFailed(host: String, detail: String, servers: [NameServerFinding] = [])
    /// Nobody listens there.
    case connectionRefused(host: String)
    case connectionFailed(host: String, detail: String)
    case connectTimeout(host: String)
    /// This process, or the machine, has as many files open as it may; a connection is one.
    case tooManyOpenFiles
    /// The connection ended before the answer was complete.
    case connectionLost(host: String)
    /// No byte for this many seconds.
    case stalled(host: String, seconds: Int)
    /// What came is not HTTP as RFC 9112 has it.
    case malformedResponse(host: String, detail: String)
    /// The server takes no HTTP/1.1 in the TLS handshake (RFC 7301 §3.2): only another version, such as HTTP/2.
    case noCommonProtocol(host: String)
    /// HTML where the API's answer should be: a captive portal, a proxy or a wrong address.
    case webPage(host: String)
    /// 408, 499 or 5xx; `until` in seconds since 1970, if the server named a time to come again.
    case serverFailure(status: Int, until: Int64? = nil)
    case unexpectedStatus(status: Int)
    /// Storage behind a redirect refuses every fresh address that the registry gives.
    case storageRefused(host: String, status: Int)
    /// The registry keeps its blobs elsewhere, and that cannot be reached from here.
    indirect case storageUnreachable(storage: String, Reason)
    /// The server answered a range request with other bytes than those asked for.
    case wrongRange(host: String, detail: String)

    // Rate
    /// The server asks for patience; the time is in seconds since 1970, if it named one.
    case rateLimited(host: String, until: Int64?)
    /// The server asked for patience again and again, for this many seconds in all, and sent nothing.
    case outOfPatience(host: String, seconds: Int64)

    // Authentication and permission
    /// The registry wants a login and there are no credentials for it in the places that were looked at.
    case loginRequired(host: String, searched: [CredentialPlace] = [])
    /// The registry or its token service refuses these credentials.
    case credentialsRefused(host: String, origin: CredentialOrigin)
    /// Harbor's web page takes no robot's name, so that there is no session for it.
    case noSessionForRobots(host: String, origin: CredentialOrigin)
    /// The registry knows who asks, and does not let him have this.
    case accessDenied(host: String, origin: CredentialOrigin?)
    /// 403, 412 or 451: the registry will not serve this, whoever asks.
    case forbidden(status: Int)
    case unknownChallenge(host: String)
    case malformedToken(host: String, detail: String)
    /// The token service that the registry names cannot be reached.
    indirect case realmUnreachable(realm: String, Reason)

    // Not found
    case repositoryNotFound
    case manifestNotFound
    case blobNotFound(Digest)

    /// The registry does not list its repositories, or not to this user.
    case listNotOffered(host: String)

    // TLS
    case tls(host: String, TLSFailure)

    // Proxy
    case proxy(ProxyFailure)

    // Integrity
    case manifestDigestMismatch(expected: Digest, found: Digest)
    /// The `Docker-Content-Digest` header does not belong to the body.
    case headerDigestMismatch(header: Digest, found: Digest)
    /// A blob is not what its digest says, twice from the same source.
    case blobDigestMismatch(expected: Digest, found: Digest)
    case sizeMismatch(Digest, expected: Int64, found: Int64)

    // Refused
    /// More bytes than the descriptor says.
    case bodyTooLong(Digest, size: Int64)
    case answerTooLarge(limit: Int)
    /// More header fields than are taken, or a longer one; the limits are named.
    case headersTooLarge(host: String, fields: Int, fieldBytes: Int)
    case redirectRefused(from: String, to: String, RedirectRefusal)
    case realmRefused(realm: String, RealmRefusal)
    case listRefused(host: String, ListRefusal)
    /// A layer is kept at an address that is not asked: only those of HTTPS are.
    case foreignAddressRefused(String)

    // Writing
    case upload(UploadFailure)
  }

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
    /// The server speaks only a version older than TLS 1.2.
    case oldProtocol
    /// The server does not speak TLS on this port.
    case notTLS
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

  public enum RedirectRefusal: Sendable, Hashable {
    case tooMany(limit: Int)
    case loop
    case fromHTTPSToHTTP
    case noLocation
    case malformedLocation
    /// From a request that writes to one that reads.
    case changesMethod
  }

  /// Why a list of tags or repositories is not read to its end.
  public enum ListRefusal: Sendable, Hashable {
    /// The next page is on another host, which must not have the credentials.
    case otherHost(String)
    case tooManyPages(limit: Int)
    case tooManyEntries(limit: Int)
  }

  public enum RealmRefusal: Sendable, Hashable {
    case malformed
    /// An unencrypted realm of an encrypted registry.
    case unencrypted
    /// The realm is at a private address and the registry is not.
    case privateAddress
    /// The realm is on a host that has not been trusted with the password.
    case untrustedHost(host: String)
    case redirect
  }

  public var failureClass: FailureClass {
    switch reason {
    case .upload(let failure): failure.failureClass
    case .nameNotFound, .nameWithoutAddress, .nameLookupFailed, .connectionRefused, .connectionFailed, .connectTimeout,
      .connectionLost,
      .stalled, .malformedResponse, .noCommonProtocol, .webPage, .serverFailure, .unexpectedStatus, .storageRefused,
      .wrongRange, .realmUnreachable, .storageUnreachable:
      .network
    case .tooManyOpenFiles: .localIO
    case .rateLimited, .outOfPatience: .rateLimit
    case .loginRequired, .credentialsRefused, .noSessionForRobots, .accessDenied, .forbidden, .unknownChallenge,
      .malformedToken:
      .authentication
    case .repositoryNotFound, .manifestNotFound, .blobNotFound: .notFound
    case .listNotOffered: .unsupported
    case .tls: .tls
    case .proxy: .proxy
    case .manifestDigestMismatch, .headerDigestMismatch, .blobDigestMismatch, .sizeMismatch: .integrity
    case .bodyTooLong, .answerTooLarge, .headersTooLarge, .redirectRefused, .realmRefused, .listRefused,
      .foreignAddressRefused:
      .refused
    }
  }
}
