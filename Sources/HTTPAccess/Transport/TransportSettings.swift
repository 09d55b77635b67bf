/// How requests go: whom they trust, which way they take, how long they wait, over how many connections, and who hears of
/// them.
public struct TransportSettings: Sendable {
  public var trust = TrustSettings()
  public var proxies = ProxyRules.none
  /// Where to connect to instead of where the name system says.
  public var addressOverrides = AddressOverrides()
  /// Where connections may lead; nil for anywhere, as for a command, whose user may go wherever he wants.
  package var addressRule: AddressRule?
  /// How long a connection may take to open, and then as long for TLS or for the way through a proxy.
  public var connectTimeout: Duration = .seconds(10)
  /// How long a response may go without a byte.
  public var stallTimeout: Duration = .seconds(30)
  /// How long a server may work on what it was sent before it answers: storage that puts a large blob together, and what
  /// scans it, take minutes.
  public var commitTimeout: Duration = .seconds(900)
  /// Bytes that may come in a second, over all connections together; nil for no limit.
  public var bytesPerSecond: Int64?
  /// Connections to one host at the same time.
  public var connectionsPerHost: Int = 8
  /// More connections, for bodies that are sent there at the same time: each keeps its connection until the server has
  /// answered, which may take minutes, and no question has to wait for that.
  package var uploadsPerHost = 0
  /// What requests say in `User-Agent`, by ``AgentTransport``.
  public var userAgent = "dray"
  /// Hears of every request, by ``AgentTransport``; nil where nobody listens.
  public var observeRequest: RequestObserver?

  public init() {}

  /// Reads the files of trusted certificates once, so that a bad one is named before anything is sent.
  ///
  /// - Throws: ``TransportError``.
  package func checkAuthorityFiles() throws(TransportError) {
    for path in trust.authorityFiles {
      do { _ = try CertificateFile.certificates(path) } catch { throw TransportError(.tls(host: "", error)) }
    }
  }
}
