import NIOCore
import NIOSSL

extension AsyncHTTPTransport {
  /// Whether a server speaks TLS: a handshake and nothing more, on the way that requests take. Only a server that answers
  /// a handshake with something else, or hangs up on it, does not.
  ///
  /// - Parameter unreachable: the answer where nobody can be reached there.
  /// - Throws: `CancellationError`.
  package func speaksTLS(_ origin: HTTPOrigin, unreachable: Bool = true) async throws -> Bool {
    let tls = try HostTLS.unverified()
    let line = try sideConnection(to: origin)
    do {
      return try await line.open(tls.makeHandler) { _ in true }
    } catch is SideConnection.Unreachable {
      // Where the proxy is what is out of reach, the first request tells.
      return line.tunnel == nil ? unreachable : true
    } catch let failure as Tunnel.Failed {
      switch failure.reason {
      // The proxy does not lead there by a tunnel. Plain HTTP it may let through.
      case .refused, .gateway, .socks, .noAnswer: return unreachable
      default: return true
      }
    } catch {
      try Task.checkCancellation()
      return error.isTLSAlert
    }
  }
}

extension Error {
  /// Whether the other side ended a handshake by TLS's own words (RFC 8446 §6): it speaks TLS.
  fileprivate var isTLSAlert: Bool { "\(self)".contains("_ALERT_") }
}
