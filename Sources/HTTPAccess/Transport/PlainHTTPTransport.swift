import Synchronization

/// Asks a registry in the clear, and finds out whether it speaks TLS there where its first answer is none: servers hang up on
/// such a request, send an alert, or say 400.
package final class PlainHTTPTransport: HTTPTransport {
  private let transport: any HTTPTransport
  private let registry: HTTPOrigin
  private let speaksTLS: @Sendable (HTTPOrigin) async throws -> Bool
  /// Whether the registry has answered, or has been found out about.
  private let isKnown = Atomic(false)

  /// - Parameter speaksTLS: whether the server at an origin answers a handshake.
  package init(
    _ transport: any HTTPTransport, registry: HTTPOrigin,
    speaksTLS: @escaping @Sendable (HTTPOrigin) async throws -> Bool
  ) {
    self.transport = transport
    self.registry = registry
    self.speaksTLS = speaksTLS
  }

  package func isProxied(_ origin: HTTPOrigin) -> Bool { transport.isProxied(origin) }

  package func send(_ request: TransportRequest, to receiver: any ResponseReceiver) async throws -> TransportResponse {
    guard request.url.origin == registry, !isKnown.load(ordering: .relaxed) else {
      return try await transport.send(request, to: receiver)
    }
    do {
      let response = try await transport.send(request, to: receiver)
      if response.status == 400 { try await check(request) }
      isKnown.store(true, ordering: .relaxed)
      return response
    } catch let error as TransportError {
      switch error.reason {
      case .connectionLost, .malformedResponse: try await check(request)
      default: break
      }
      throw error
    }
  }

  private func check(_ request: TransportRequest) async throws {
    guard !isKnown.exchange(true, ordering: .relaxed),
      let secure = HTTPOrigin(scheme: .https, host: registry.host, port: registry.port), try await speaksTLS(secure)
    else { return }
    isKnown.store(false, ordering: .relaxed)
    throw TransportError(.tls(host: secure.description, .unwanted), request: request.summary)
  }
}
