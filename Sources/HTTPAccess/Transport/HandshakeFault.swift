import NIOCore
import NIOSSL

/// What an error of a TLS handshake means. The library says it in the codes of BoringSSL.
enum HandshakeFault: Sendable, Hashable {
  /// The connection ended.
  case lost
  /// The other side takes none of the protocols offered by ALPN (RFC 7301 §3.2).
  case noCommonProtocol
  /// The chain of certificates is not trusted; the library does not tell why.
  case untrusted
  case failure(TLSFailure)

  /// Nil where `error` is not about TLS.
  init?(_ error: any Error) {
    switch error {
    case let error as HostTLS.Refused: self = .failure(error.failure)
    case let error as BoringSSLError: self = Self.fault(error)
    case NIOSSLError.handshakeFailed(let error): self = Self.fault(error)
    case NIOSSLError.uncleanShutdown: self = .lost
    case NIOSSLError.unableToValidateCertificate, NIOSSLError.noCertificateToValidate: self = .untrusted
    case is NIOSSLError, is NIOSSLExtraError: self = .failure(.handshake(code: nil))
    default: return nil
    }
  }

  private static func fault(_ error: BoringSSLError) -> HandshakeFault {
    switch error {
    case .syscallError, .zeroReturn: return .lost
    default: break
    }
    let text = "\(error)"
    if text.contains("EOF during handshake") { return .lost }
    let codes = codes(in: text)
    let has = { (parts: String...) in codes.contains { code in parts.contains { code.contains($0) } } }
    if has("CERTIFICATE_VERIFY_FAILED") { return .untrusted }
    if has("WRONG_VERSION_NUMBER", "HTTP_REQUEST") { return .failure(.notTLS) }
    if has("NO_APPLICATION_PROTOCOL") { return .noCommonProtocol }
    if has("UNSUPPORTED_PROTOCOL", "PROTOCOL_VERSION") { return .failure(.oldProtocol) }
    if has("CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "UNKNOWN_CA") { return .failure(.clientCertificate) }
    return .failure(codes.lazy.compactMap(alert).first.map { .alert($0) } ?? .handshake(code: codes.first))
  }

  /// The last parts of `error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER`.
  private static func codes(in text: String) -> [String] {
    text.split(separator: "OPENSSL_internal:").dropFirst().map { part in
      String(part.prefix { "_()".contains($0) || $0.isASCII && ($0.isLetter || $0.isNumber) })
    }
  }

  /// What the other side's alert is called: `TLSV1_ALERT_INTERNAL_ERROR` is `internal_error`. One without a name has its number,
  /// which the library tells as `reason(1000 + N)`.
  private static func alert(_ code: String) -> String? {
    if code.hasPrefix("reason("), let reason = Int(code.dropFirst("reason(".count).dropLast()) {
      return (1_000...1_255).contains(reason) ? "\(reason - 1_000)" : nil
    }
    return ["SSLV3_ALERT_", "TLSV1_ALERT_", "TLSV1_"].lazy.filter(code.hasPrefix).first.map {
      code.dropFirst($0.count).lowercased()
    }
  }
}

extension Tunnel.Failed {
  /// - Parameter error: of TLS with the proxy itself.
  init(ofTLS error: any Error) {
    switch HandshakeFault(error) {
    case .untrusted: self.init(reason: .tls(.untrusted))
    case .failure(let failure): self.init(reason: .tls(failure))
    // What ends a handshake without a word speaks no TLS, most likely.
    case .lost, nil: self.init(reason: .tls(.notTLS))
    case .noCommonProtocol: self.init(reason: .tls(.alert("no_application_protocol")))
    }
  }
}
