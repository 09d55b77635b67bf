import NIOCore
import NIOPosix
import Synchronization

/// An HTTP/1.1 server on a loopback port that answers by a script, lies as told, and fails the run when a request
/// comes that the script does not know.
///
/// ```swift
/// try await ScriptedServer.run([
///   .on("GET", "/v2/", .status(200)),
///   .on("GET", "/v2/x/blobs/sha256:*", .blob(layer).reset(after: 1000), .blob(layer)),
/// ]) { server in
///   try await pull(from: server.origin)
///   #expect(server.requests.count == 3)
/// }
/// ```
public final class ScriptedServer: Sendable {
  public let configuration: ServerConfiguration
  public let port: Int
  let log = ServerLog()
  private let book: Mutex<RuleBook>
  private let listener: any Channel
  private let accepted: AsyncStream<Connection>

  /// Starts a server, runs `body` with it, and stops it with all its connections.
  ///
  /// - Throws: what `body` throws, or `ScriptFailure` if there was an unexpected request, a reply that could not be
  ///   made, or a required rule without a request.
  public static func run<Result: Sendable>(
    _ script: Script,
    configuration: ServerConfiguration = ServerConfiguration(),
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ScriptedServer) async throws -> Result
  ) async throws -> Result {
    let server = try await ScriptedServer(script, configuration)
    let outcome = await withDiscardingTaskGroup { group in
      group.addTask { await server.serve() }
      let outcome: Swift.Result<Result, any Error>
      do {
        outcome = .success(
          try await withTaskCancellationHandler {
            try await body(server)
          } onCancel: {
            server.stop()
          })
      } catch {
        outcome = .failure(error)
      }
      server.stop()
      return outcome
    }
    let unexpected = configuration.failsOnUnexpectedRequests ? server.unexpectedRequests : []
    switch outcome {
    case .success(let result):
      guard unexpected.isEmpty, server.unmetRules.isEmpty else {
        throw ScriptFailure(unexpected: unexpected, unmet: server.unmetRules, underlying: nil)
      }
      return result
    case .failure(let error):
      guard unexpected.isEmpty else { throw ScriptFailure(unexpected: unexpected, unmet: [], underlying: error) }
      throw error
    }
  }

  private init(_ script: Script, _ configuration: ServerConfiguration) async throws {
    self.configuration = configuration
    book = Mutex(RuleBook(script))
    let (accepted, continuation) = AsyncStream.makeStream(of: Connection.self)
    self.accepted = accepted
    let log = self.log
    var bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let number = log.opened(channel) else { throw ChannelError.ioOnClosedChannel }
          channel.closeFuture.whenComplete { _ in log.closed(channel) }
          continuation.yield(try Connection.make(channel, number: number, tls: configuration.tls))
        }
      }
    if let size = configuration.sendBufferSize {
      bootstrap = bootstrap.childChannelOption(.socketOption(.so_sndbuf), value: .init(size))
    }
    listener = try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
    listener.closeFuture.whenComplete { _ in continuation.finish() }
    port = listener.localAddress?.port ?? 0
  }

  /// "127.0.0.1:1234", or "[::1]:1234": what stands before the repository in an image reference.
  public var authority: String {
    configuration.host.contains(":") ? "[\(configuration.host)]:\(port)" : "\(configuration.host):\(port)"
  }

  /// Scheme and authority, such as "http://127.0.0.1:1234".
  public var origin: String {
    (configuration.tls == nil ? "http://" : "https://") + authority
  }

  /// Every request so far, in the order in which they were complete.
  public var requests: [RecordedRequest] { log.requests }

  /// Requests that no rule took, malformed ones, and rules that threw; in words.
  public var unexpectedRequests: [String] { log.unexpected }

  /// Required rules that no request has used yet.
  public var unmetRules: [String] { book.withLock { $0.unmet } }

  /// How many connections were accepted so far.
  public var connectionCount: Int { log.connections }

  /// How many connections are open now.
  public var openConnectionCount: Int { log.openConnections }

  /// The most connections that were ever open at once.
  public var peakConnectionCount: Int { log.peak }

  /// TLS hellos that came to a plain server.
  public var tlsHelloCount: Int { log.hellos }

  /// Connections to a TLS server that broke off before a request.
  public var failedHandshakeCount: Int { log.failedHandshakes }

  /// Body bytes sent so far, of all replies.
  public var bodyBytesSent: Int64 { requests.reduce(0) { $0 + $1.bodyBytesSent } }

  /// How many requests the rules of this name answered.
  public func uses(ofRuleNamed name: String) -> Int {
    book.withLock { $0.uses(ofRuleNamed: name) }
  }

  /// Adds rules before all others: for rules that need to know the server's port.
  public func expect(_ rules: Rule...) {
    expect(rules)
  }

  public func expect(_ rules: [Rule]) {
    book.withLock { $0.prepend(rules) }
  }

  /// Returns once `count` requests have come.
  public func requestsArrived(_ count: Int) async {
    await log.arrivals(count)
  }

  /// Closes every open connection; the server goes on.
  public func dropConnections() {
    for channel in log.openChannels { channel.close(promise: nil) }
  }

  func reply(to request: Request) async -> Reply {
    guard let (answer, use) = book.withLock({ $0.take(request) }) else {
      log.unexpected("\(request) (request \(request.index), connection \(request.connection))")
      return .status(599, "not in the script: \(request)")
    }
    do {
      return try await answer(request, use)
    } catch {
      log.unexpected("\(request): the rule threw \(error)")
      return .status(599, "the rule threw")
    }
  }

  private func serve() async {
    await withDiscardingTaskGroup { group in
      for await connection in accepted {
        group.addTask { await ConnectionHandler(connection: connection, server: self).run() }
      }
    }
  }

  private func stop() {
    listener.close(promise: nil)
    for channel in log.stop() { channel.close(promise: nil) }
  }
}
