import AsyncHTTPClient
import FileAccess
import NIOCore
import NIOHTTP1
import NIOPosix

/// Reads what went wrong out of the errors of the libraries below, whose types say it in many ways.
struct FailureReading {
  /// What swift-nio's parser takes. Its error does not tell which of them was passed.
  private static let headerLimits = NIOHTTPDecoderLimitConfiguration()

  let route: Route
  let settings: TransportSettings
  /// How long nothing might come for the answer.
  let patience: Duration
  let diagnosis: CertificateDiagnosis

  private var origin: HTTPOrigin { diagnosis.origin }
  private var host: String { origin.description }

  /// The reason, or nil where `error` is not about the transport.
  func reason(of error: any Error) async -> TransportFailure? {
    switch error {
    case let error as Tunnel.Failed: proxyReason(error.reason)
    case let error as HTTPClientError: reason(ofClient: error)
    case let error as NIOConnectionError: await reason(ofConnection: error)
    case let error as IOError: reason(ofLine: error.errnoCode)
    case HTTPParserError.headerOverflow:
      .headersTooLarge(
        host: host, fields: Self.headerLimits.maxHeaderFieldCount, fieldBytes: Self.headerLimits.maxHeaderFieldSize)
    case HTTPParserError.invalidEOFState: .connectionLost(host: host)
    case let error as HTTPParserError: .malformedResponse(host: host, .http(error.debugDescription))
    case let error as ChannelError:
      if case .connectTimeout = error { .connectTimeout(host: host) } else { .connectionLost(host: host) }
    default:
      if let fault = HandshakeFault(error) { await reason(of: fault) } else { nil }
    }
  }

  private func reason(ofClient error: HTTPClientError) -> TransportFailure {
    switch error {
    case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
      proxyReason(.noAnswer(seconds: Int(settings.connectTimeout.components.seconds))) ?? .connectTimeout(host: host)
    case .readTimeout, .writeTimeout, .deadlineExceeded:
      .stalled(host: host, seconds: Int(patience.components.seconds))
    case .remoteConnectionClosed, .uncleanShutdown, .cancelled: .connectionLost(host: host)
    default: .malformedResponse(host: host, .http(error.shortDescription))
    }
  }

  /// A failure of the proxy; nil where there is none on the way.
  private func proxyReason(_ reason: ProxyFailure.Reason) -> TransportFailure? {
    route.proxy.map { .proxy(ProxyFailure($0, host: host, reason)) }
  }

  /// No connection came about: to the proxy, where there is one.
  private func reason(ofConnection error: NIOConnectionError) async -> TransportFailure {
    let reason = await directReason(of: error)
    if case .nameLookupFailed(_, let detail, let servers) = reason, !servers.isEmpty {
      return proxyReason(.nameLookupFailed(detail: detail, servers: servers)) ?? reason
    }
    return ofProxy(reason)
  }

  /// The same, as the proxy's fault where one is on the way and it is one.
  private func ofProxy(_ reason: TransportFailure) -> TransportFailure {
    reason.obstacle.flatMap { proxyReason(.unreachable($0)) } ?? reason
  }

  private func directReason(of error: NIOConnectionError) async -> TransportFailure {
    for failure in error.connectionErrors {
      if let failure = failure.error as? IOError { return reason(ofErrno: failure.errnoCode) }
      if case .connectTimeout = failure.error as? ChannelError { return .connectTimeout(host: host) }
    }
    // Nothing was tried, and nothing was found out: the library gave up in time.
    guard let lookup = error.dnsAError ?? error.dnsAAAAError else { return .connectTimeout(host: host) }
    guard let unknown = lookup as? SocketAddressError.UnknownHost else {
      let code = (lookup as? IOError)?.errnoCode
      return .nameLookupFailed(
        host: origin.host, detail: code.map { String(cString: strerror($0)) } ?? "no answer")
    }
    return await .nameLookup(
      of: error.host, code: CInt(truncatingIfNeeded: unknown.errorCode), detail: unknown.errorDescription)
  }

  /// An error of a connection to an address: only some of them are about opening it.
  private func reason(ofLine code: CInt) -> TransportFailure {
    let reason = reason(ofErrno: code)
    switch code {
    case ECONNREFUSED, EHOSTUNREACH, ENETUNREACH: return ofProxy(reason)
    default: return reason
    }
  }

  private func reason(ofErrno code: CInt) -> TransportFailure {
    switch code {
    case ECONNREFUSED: .connectionRefused(host: host)
    case ECONNRESET, EPIPE, ECONNABORTED, ENOTCONN: .connectionLost(host: host)
    case ETIMEDOUT: .connectTimeout(host: host)
    case EMFILE, ENFILE: .tooManyOpenFiles
    default: .connectionFailed(host: host, detail: String(cString: strerror(code)))
    }
  }

  private func reason(of fault: HandshakeFault) async -> TransportFailure {
    switch fault {
    case .lost: .connectionLost(host: host)
    case .noCommonProtocol: .noCommonProtocol(host: host)
    case .untrusted: .tls(host: host, await diagnosis.failure() ?? .untrusted)
    case .failure(let failure): .tls(host: host, failure)
    }
  }
}

extension TransportFailure {
  /// Why no connection came about; nil where it is no matter of the place that was called.
  fileprivate var obstacle: ProxyFailure.Obstacle? {
    switch self {
    case .nameNotFound: .nameNotFound
    case .nameWithoutAddress: .nameWithoutAddress
    case .nameLookupFailed(_, let detail, _): .nameLookupFailed(detail: detail)
    case .connectionFailed(_, let detail): .failed(detail: detail)
    case .connectionRefused: .refused
    case .connectTimeout: .timeout
    case .connectionLost: .lost
    default: nil
    }
  }
}
