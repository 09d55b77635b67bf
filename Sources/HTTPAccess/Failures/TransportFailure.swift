import ImageModel

/// What can go wrong between a request and an answer of use: the line, the name system, TLS, proxies, and statuses that
/// mean the same whatever was asked for.
public enum TransportFailure: FailureReason {
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
  case malformedResponse(host: String, ResponseFault)
  /// The server takes no HTTP/1.1 in the TLS handshake (RFC 7301 §3.2): only another version, such as HTTP/2.
  case noCommonProtocol(host: String)
  /// HTML where the API's answer should be: a captive portal, a proxy or a wrong address.
  case webPage(host: String)
  /// 408, 499 or 5xx; `until` in seconds since 1970, if the server named a time to come again.
  case serverFailure(status: Int, until: Int64? = nil)
  case unexpectedStatus(status: Int)
  /// The server answered a range request with other bytes than those asked for.
  case wrongRange(host: String, RangeFault)

  // Rate
  /// The server asks for patience; the time is in seconds since 1970, if it named one.
  case rateLimited(host: String, until: Int64?)
  /// The server asked for patience again and again, for this many seconds in all, and sent nothing.
  case outOfPatience(host: String, seconds: Int64)
  /// 403, 412 or 451: the registry will not serve this, whoever asks.
  case forbidden(status: Int)

  // TLS and proxies
  case tls(host: String, TLSFailure)
  case proxy(ProxyFailure)

  // Refused
  /// More than is kept in memory.
  case answerTooLarge(limit: Int)
  /// More header fields than are taken, or a longer one; the limits are named.
  case headersTooLarge(host: String, fields: Int, fieldBytes: Int)
  case redirectRefused(from: String, to: String, RedirectRefusal)
  /// The host is at an address inside of a network, and its operator did not name it (``AddressRule``).
  case addressRefused(host: String)

  public var failureClass: FailureClass {
    switch self {
    case .nameNotFound, .nameWithoutAddress, .nameLookupFailed, .connectionRefused, .connectionFailed, .connectTimeout,
      .connectionLost, .stalled, .malformedResponse, .noCommonProtocol, .webPage, .serverFailure, .unexpectedStatus,
      .wrongRange:
      .network
    case .tooManyOpenFiles: .localIO
    case .rateLimited, .outOfPatience: .rateLimit
    case .forbidden: .authentication
    case .tls: .tls
    case .proxy: .proxy
    case .answerTooLarge, .headersTooLarge, .redirectRefused, .addressRefused: .refused
    }
  }

  public var isTransient: Bool {
    switch self {
    case .nameLookupFailed, .connectionFailed, .connectTimeout, .connectionLost, .stalled, .rateLimited,
      .tooManyOpenFiles:
      true
    case .serverFailure(let status, _): status != 501
    case .proxy(let failure): failure.isTransient
    default: false
    }
  }

  public static func network(_ failure: TransportFailure) -> TransportFailure { failure }

  public var network: TransportFailure? { self }

  /// Whether there was no connection to the host.
  package var isWithoutConnection: Bool {
    switch self {
    case .nameNotFound, .nameWithoutAddress, .nameLookupFailed, .connectionRefused, .connectionFailed, .connectTimeout:
      true
    default: false
    }
  }

  /// Whether the host never answered at all.
  package var isUnreachable: Bool {
    switch self {
    case .connectionLost, .stalled, .tls: true
    default: isWithoutConnection
    }
  }

  /// Whether it took a while to find out that nobody answers.
  package var isSilence: Bool {
    switch self {
    case .nameLookupFailed, .connectTimeout, .stalled: true
    default: false
    }
  }
}
