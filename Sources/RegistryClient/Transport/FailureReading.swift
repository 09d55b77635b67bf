import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reads what went wrong out of the errors of the libraries below, whose types say it in many ways.
struct FailureReading {
  /// What swift-nio's parser takes. Its error does not tell which of them was passed.
  private static let headerLimits = NIOHTTPDecoderLimitConfiguration()

  let route: Route
  let settings: TransportSettings
  let diagnosis: CertificateDiagnosis

  private var origin: HTTPOrigin { diagnosis.origin }
  private var host: String { origin.description }

  /// The reason, or nil where `error` is not about the transport.
  func reason(of error: any Error) async -> RegistryError.Reason? {
    switch error {
    case let error as Tunnel.Failed: proxyReason(error.reason)
    case let error as HTTPClientError: reason(ofClient: error)
    case let error as NIOConnectionError: await reason(ofConnection: error)
    case let error as IOError: reason(ofLine: error.errnoCode)
    case HTTPParserError.headerOverflow:
      .headersTooLarge(
        host: host, fields: Self.headerLimits.maxHeaderFieldCount, fieldBytes: Self.headerLimits.maxHeaderFieldSize)
    case HTTPParserError.invalidEOFState: .connectionLost(host: host)
    case let error as HTTPParserError: .malformedResponse(host: host, detail: "\(error)")
    case let error as NIOSSLError: await reason(ofTLS: error)
    case let error as NIOSSLExtraError: await reason(ofTLS: error)
    case let error as BoringSSLError: await reason(ofTLS: .handshakeFailed(error))
    case let error as ChannelError:
      if case .connectTimeout = error { .connectTimeout(host: host) } else { .connectionLost(host: host) }
    default: nil
    }
  }

  private func reason(ofClient error: HTTPClientError) -> RegistryError.Reason {
    switch error {
    case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
      proxyReason(.noAnswer(seconds: Int(settings.connectTimeout.components.seconds))) ?? .connectTimeout(host: host)
    case .readTimeout, .writeTimeout, .deadlineExceeded:
      .stalled(host: host, seconds: Int(settings.stallTimeout.components.seconds))
    case .remoteConnectionClosed, .uncleanShutdown, .cancelled: .connectionLost(host: host)
    default: .malformedResponse(host: host, detail: error.shortDescription)
    }
  }

  /// A failure of the proxy; nil where there is none on the way.
  private func proxyReason(_ reason: ProxyFailure.Reason) -> RegistryError.Reason? {
    route.proxy.map { .proxy(ProxyFailure($0, host: host, reason)) }
  }

  /// No connection came about: to the proxy, where there is one.
  private func reason(ofConnection error: NIOConnectionError) async -> RegistryError.Reason {
    let reason = await directReason(of: error)
    switch reason {
    // That is no fault of the proxy.
    case .tooManyOpenFiles: return reason
    case .nameLookupFailed(_, let detail, let servers) where !servers.isEmpty:
      return proxyReason(.nameLookupFailed(detail: detail, servers: servers)) ?? reason
    default: break
    }
    return proxyReason(.unreachable(detail: reason.connectionDetail)) ?? reason
  }

  private func directReason(of error: NIOConnectionError) async -> RegistryError.Reason {
    for failure in error.connectionErrors {
      if let failure = failure.error as? IOError { return reason(ofErrno: failure.errnoCode) }
      if case .connectTimeout = failure.error as? ChannelError { return .connectTimeout(host: host) }
    }
    guard let lookup = error.dnsAError ?? error.dnsAAAAError else {
      return .connectionFailed(host: host, detail: "\(error)")
    }
    guard let unknown = lookup as? SocketAddressError.UnknownHost else {
      return .nameLookupFailed(host: origin.host, detail: "\(lookup)")
    }
    return await .nameLookup(
      of: error.host, code: CInt(truncatingIfNeeded: unknown.errorCode), detail: unknown.errorDescription)
  }

  /// An error of a connection to an address: only some of them are about opening it.
  private func reason(ofLine code: CInt) -> RegistryError.Reason {
    let reason = reason(ofErrno: code)
    switch code {
    case ECONNREFUSED, EHOSTUNREACH, ENETUNREACH:
      return proxyReason(.unreachable(detail: reason.connectionDetail)) ?? reason
    default: return reason
    }
  }

  private func reason(ofErrno code: CInt) -> RegistryError.Reason {
    switch code {
    case ECONNREFUSED: .connectionRefused(host: host)
    case ECONNRESET, EPIPE, ECONNABORTED, ENOTCONN: .connectionLost(host: host)
    case ETIMEDOUT: .connectTimeout(host: host)
    case EMFILE, ENFILE: .tooManyOpenFiles
    default: .connectionFailed(host: host, detail: String(cString: strerror(code)))
    }
  }

  private func reason(ofTLS error: NIOSSLError) async -> RegistryError.Reason {
    switch error {
    case .uncleanShutdown: return .connectionLost(host: host)
    case .failedToLoadCertificate, .noSuchFilesystemObject:
      return .tls(host: host, .unreadableAuthority(path: settings.trust.authorityFiles.joined(separator: ", ")))
    case .unableToValidateCertificate, .noCertificateToValidate: return await diagnosed(detail: "\(error)")
    default: break
    }
    let text = "\(error)"
    if text.contains("CERTIFICATE_VERIFY_FAILED") { return await diagnosed(detail: "certificate verify failed") }
    if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
      return .tls(host: host, .notTLS)
    }
    if text.contains("NO_APPLICATION_PROTOCOL") {
      return .noCommonProtocol(host: host)
    }
    if text.contains("UNSUPPORTED_PROTOCOL") || text.contains("PROTOCOL_VERSION") {
      return .tls(host: host, .oldProtocol)
    }
    if text.contains("CERTIFICATE_REQUIRED") || text.contains("BAD_CERTIFICATE") || text.contains("UNKNOWN_CA") {
      return .tls(host: host, .clientCertificate)
    }
    if text.contains("EOF during handshake") { return .connectionLost(host: host) }
    if case .handshakeFailed(.syscallError) = error { return .connectionLost(host: host) }
    if case .handshakeFailed(.zeroReturn) = error { return .connectionLost(host: host) }
    return .tls(host: host, .handshake(detail: text))
  }

  private func reason(ofTLS error: NIOSSLExtraError) async -> RegistryError.Reason {
    error == .failedToValidateHostname
      ? await diagnosed(detail: "the certificate is for another name")
      : .tls(host: host, .handshake(detail: "\(error)"))
  }

  private func diagnosed(detail: String) async -> RegistryError.Reason {
    let failure = await diagnosis.failure()
    return .tls(host: host, failure ?? .handshake(detail: detail))
  }
}

extension RegistryError.Reason {
  /// In few words, why a connection did not come about.
  fileprivate var connectionDetail: String {
    switch self {
    case .nameNotFound: "its name was not found"
    case .nameWithoutAddress: "its name has no address"
    case .nameLookupFailed(_, let detail, _), .connectionFailed(_, let detail): detail
    case .connectionRefused: "connection refused"
    case .connectTimeout: "it does not answer"
    default: "\(self)"
    }
  }
}
