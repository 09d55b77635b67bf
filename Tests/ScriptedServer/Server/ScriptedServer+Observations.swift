/// Where it is, and what it saw.
extension ScriptedServer {
  public var isSecure: Bool { configuration.tls != nil }

  public var scheme: String { isSecure ? "https" : "http" }

  /// `127.0.0.1:1234`, or `[::1]:1234`: what stands before the repository in an image reference.
  public var authority: String {
    configuration.host.contains(":") ? "[\(configuration.host)]:\(port)" : "\(configuration.host):\(port)"
  }

  /// `http://127.0.0.1:1234`.
  public var origin: String { "\(scheme)://\(authority)" }

  /// Everything that was asked, in order.
  public var requests: [RecordedRequest] { log.requests }

  public func requests(_ path: String) -> [RecordedRequest] { requests.filter { $0.path == path } }

  /// Requests that no rule took, malformed ones, and handlers that threw; in words.
  public var unexpectedRequests: [String] { log.unexpected }

  /// Body bytes that were handed to the network, of all replies.
  public var bodyBytesSent: Int64 { requests.reduce(0) { $0 + $1.bodyBytesSent } }

  /// How many connections were accepted.
  public var connections: Int { log.connections }

  /// How many connections are open now.
  public var openConnections: Int { log.openConnections }

  /// The most connections that were ever open at once.
  public var peakConnections: Int { log.peak }

  /// TLS hellos that came to a plain server.
  public var tlsHellos: Int { log.hellos }

  /// Connections to a TLS server that broke off before a request.
  public var failedHandshakes: Int { log.failedHandshakes }

  /// Returns once `count` connections were accepted.
  public func connectionsArrived(_ count: Int) async { await log.connectionArrivals(count) }

  /// Returns once `count` requests have come.
  public func requestsArrived(_ count: Int) async { await log.arrivals(count) }
}
