import ImageModel
import NIOCore
import NIOHTTP1
import Waiting

/// A request with everything that goes over the wire except `Host`.
package struct TransportRequest: Sendable {
  package var method: HTTPMethod
  package var url: AbsoluteURL
  package var headers: HTTPHeaders
  package var body: RequestBody
  /// The address to connect to instead of asking the name system: the one that was checked.
  package var pinnedAddress: IPAddress?
  /// Which of the transport's lanes carries the request. A lane stays on one thread; lanes are spread over the threads,
  /// so that transfers in different lanes are really parallel.
  package var lane: Int?
  /// Whether it says who asks. An anonymous token does not.
  package var provesLogin = false
  /// Whether the answer may take as long as a server works on what it was sent
  /// (``TransportSettings/commitTimeout``), and not only as long as a line may be silent.
  package var awaitsCommit = false
  /// Told how many bytes of the body went to the socket, as they go, on the connection's own thread.
  package var sent: (@Sendable (Int) -> Void)?
  /// Whether it may be sent once more where a kept-alive connection ended before it was seen (RFC 9110 §9.2.2).
  package var mayBeRepeated: Bool

  package init(
    _ method: HTTPMethod = .GET, _ url: AbsoluteURL, headers: HTTPHeaders = [:], body: RequestBody = .none
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    mayBeRepeated = method == .GET || method == .HEAD
  }

  /// Whether it changes something at the server (RFC 9110 §9.2.1).
  package var isWriting: Bool { method != .GET && method != .HEAD }

  package var summary: RequestSummary {
    RequestSummary(method: method.rawValue, address: url.redacted)
  }
}

package struct TransportResponse: Sendable {
  package let status: Int
  package let headers: HTTPHeaders

  package init(status: Int, headers: HTTPHeaders) {
    self.status = status
    self.headers = headers
  }
}

/// Takes a response while it arrives. The calls come one after another, on the connection's own thread: what is
/// slow here slows the server down. An error thrown here ends the request with that error.
package protocol ResponseReceiver: AnyObject, Sendable {
  func receive(head: TransportResponse) throws
  func receive(bytes: UnsafeRawBufferPointer) throws
  /// Asked after each `receive(bytes:)`: what must end before more bytes come; nil where they may come at once. Meanwhile
  /// the connection is not read, and its thread is free for others.
  var pause: ReceiverPause? { get }
}

extension ResponseReceiver {
  package var pause: ReceiverPause? { nil }
}

/// One request, one response: no redirect, no retry, no authentication.
package protocol HTTPTransport: Sendable {
  /// - Throws: ``TransportError`` about the line, TLS or a proxy; what `receiver` throws; `CancellationError`.
  func send(_ request: TransportRequest, to receiver: any ResponseReceiver) async throws -> TransportResponse

  /// Whether a proxy stands before the host, so that its name is the proxy's to look up.
  func isProxied(_ origin: HTTPOrigin) -> Bool
}
