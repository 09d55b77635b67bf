import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on loopback that does exactly what a test says. A request that the test did not expect fails the test.
///
/// ```swift
/// try await ScriptedServer.run { server in
///   server.on("/v2/team/app/manifests/1", times: 1, reply: Reply(503))
///   server.serve(image)
///   try await pull("\(server.authority)/team/app:1")
///   #expect(server.requests.allSatisfy { !$0.carriesCredentials })
/// }
/// ```
public final class ScriptedServer: Sendable {
  public let configuration: ServerConfiguration
  public let port: Int
  let log = ServerLog()
  private let book: Mutex<RuleBook>
  private let listener: any Channel
  private let accepted: AsyncStream<Connection>

  /// Runs a server while `body` runs, and then ends it with all its connections.
  ///
  /// - Parameters:
  ///   - script: rules that stand before those added in `body`.
  ///   - tls: its TLS context; plain HTTP without.
  ///   - port: 0 for a free one.
  /// - Throws: what `body` throws, or `ScriptFailure` if there was an unexpected request, a handler that threw, or a
  ///   required rule without a request.
  public static func run<Result: Sendable>(
    _ script: Script = [], tls: NIOSSLContext? = nil, port: Int = 0,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ScriptedServer) async throws -> Result
  ) async throws -> Result {
    try await run(script, ServerConfiguration(tls: tls, port: port), body)
  }

  public static func run<Result: Sendable>(
    _ script: Script = [], _ configuration: ServerConfiguration,
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
      // A connection that was accepted at the last moment may be closed before it was ever active: nothing comes of it, and no end.
      group.cancelAll()
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
          if let answered = configuration.answeredConnections, number >= answered { return }
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

  // MARK: Rules

  /// Adds rules behind those that there are. Of several that take a request, the first with uses left answers.
  public func add(_ rules: Rule...) { add(rules) }

  public func add(_ rules: [Rule]) { book.withLock { $0.append(rules) } }

  /// Adds rules before all others: faults in front of honest rules.
  public func addFirst(_ rules: Rule...) { book.withLock { $0.prepend(rules) } }

  /// Forgets all rules: what follows is unexpected until there are new ones.
  public func removeRules() { book.withLock { $0.removeAll() } }

  /// Required rules that no request has used yet.
  public var unmetRules: [String] { book.withLock { $0.unmet } }

  /// How many requests the rules of this name answered.
  public func uses(ofRuleNamed name: String) -> Int { book.withLock { $0.uses(ofRuleNamed: name) } }

  // MARK: Serving

  func reply(to request: RecordedRequest) async -> Reply {
    guard let (rule, use) = book.withLock({ $0.take(request) }) else {
      log.unexpected(request.summary)
      return Reply(599, text: "unexpected request: \(request.summary)")
    }
    do {
      return try await rule.reply(to: request, use: use)
    } catch {
      // The server has ended.
      guard !Task.isCancelled else { return Reply(599) }
      log.unexpected("\(request.summary): the handler threw \(error)")
      return Reply(599, text: "the handler threw")
    }
  }

  /// Closes every open connection; the server goes on.
  public func dropConnections() {
    for channel in log.openChannels { channel.close(promise: nil) }
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
