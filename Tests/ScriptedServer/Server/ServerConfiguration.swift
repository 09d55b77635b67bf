import NIOSSL

/// What a server is besides its script.
public struct ServerConfiguration: Sendable {
  /// A loopback address: "127.0.0.1" or "::1".
  public var host = "127.0.0.1"
  /// 0: a free port.
  public var port = 0
  /// nil: plain HTTP.
  public var tls: NIOSSLContext?
  /// Time before each reply, as a long way to the server would add.
  public var latency: Duration = .zero
  /// Body bytes a second on each connection; nil: no limit.
  public var bytesPerSecond: Int?
  /// Requests answered on one connection before the server closes it without a word; nil: any number.
  public var requestsPerConnection: Int?
  /// The system's send buffer in bytes (Linux doubles it); nil: its default. A small one shows back-pressure.
  public var sendBufferSize: Int?
  /// Answered to a TLS hello on a plain port before the connection closes.
  public var answerToTLSHello = ""
  /// Unexpected requests fail the run. Switch it off only to look at `unexpectedRequests` in the test itself.
  public var failsOnUnexpectedRequests = true

  public init() {}

  public static func tls(_ context: NIOSSLContext) -> ServerConfiguration {
    var configuration = ServerConfiguration()
    configuration.tls = context
    return configuration
  }

  public func with(_ change: (inout ServerConfiguration) -> Void) -> ServerConfiguration {
    var copy = self
    change(&copy)
    return copy
  }
}
