import NIOSSL

/// What a server is besides its script.
public struct ServerConfiguration: Sendable {
  /// nil: plain HTTP.
  public var tls: NIOSSLContext?
  /// A loopback address: "127.0.0.1" or "::1".
  public var host = "127.0.0.1"
  /// 0: a free port.
  public var port = 0
  /// Time before each reply, as a long way to the server would add.
  public var latency: Duration = .zero
  /// Body bytes a second on each connection; nil: no limit.
  public var rate: Int64?
  /// Requests answered on one connection before the server closes it without a word; nil: any number.
  public var requestsPerConnection: Int?
  /// Connections that are spoken to; further ones are accepted and hear nothing. nil: all.
  public var answeredConnections: Int?
  /// Requests with longer bodies are answered before those are read, and the connection ends: nginx's
  /// `client_max_body_size`. In bytes; nil: no limit.
  public var bodyLimit: Int?
  /// The system's send buffer in bytes (Linux doubles it); nil: its default. A small one shows back-pressure.
  public var sendBufferSize: Int?
  /// What a client hears that tries TLS on a plain server, before the connection ends.
  public var answerToTLSHello = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
  /// Unexpected requests fail the run. Switch it off only to look at `unexpectedRequests` in the test itself.
  public var failsOnUnexpectedRequests = true

  public init(tls: NIOSSLContext? = nil, port: Int = 0) {
    self.tls = tls
    self.port = port
  }
}
