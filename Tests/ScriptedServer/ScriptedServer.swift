import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on loopback that does exactly what a test says. A request that the test did not expect fails the test.
public final class ScriptedServer: Sendable {
  public typealias Handler = @Sendable (RecordedRequest) async -> Reply

  /// Requests came that no rule takes.
  public struct UnexpectedRequests: Error, CustomStringConvertible {
    public let requests: [String]
    public var description: String { "unexpected requests: \(requests.joined(separator: ", "))" }
  }

  private struct Rule {
    let method: String
    let path: String
    var remaining: Int
    let predicate: @Sendable (RecordedRequest) -> Bool
    let handler: Handler
  }

  private struct State {
    var rules: [Rule] = []
    var requests: [RecordedRequest] = []
    var unexpected: [String] = []
    var connections = 0
    var bodyBytesSent: Int64 = 0
  }

  public let port: Int
  public let scheme: String
  private let state = Mutex(State())

  private init(port: Int, scheme: String) {
    self.port = port
    self.scheme = scheme
  }

  /// `http://127.0.0.1:1234`.
  public var origin: String { "\(scheme)://\(authority)" }
  /// `127.0.0.1:1234`.
  public var authority: String { "127.0.0.1:\(port)" }

  /// Everything that was asked, in order.
  public var requests: [RecordedRequest] { state.withLock { $0.requests } }
  public var unexpectedRequests: [String] { state.withLock { $0.unexpected } }
  public var connections: Int { state.withLock { $0.connections } }
  /// Body bytes that were handed to the network.
  public var bodyBytesSent: Int64 { state.withLock { $0.bodyBytesSent } }

  public func requests(_ path: String) -> [RecordedRequest] { requests.filter { $0.path == path } }

  /// Adds a rule. Of several that take a request, the first with uses left answers.
  ///
  /// - Parameters:
  ///   - path: without the query.
  ///   - times: how often it may be used; without end by default.
  public func on(
    _ method: String, _ path: String, times: Int = .max,
    where predicate: @escaping @Sendable (RecordedRequest) -> Bool = { _ in true }, _ handler: @escaping Handler
  ) {
    state.withLock {
      $0.rules.append(Rule(method: method, path: path, remaining: times, predicate: predicate, handler: handler))
    }
  }

  public func on(_ method: String, _ path: String, times: Int = .max, reply: Reply) {
    on(method, path, times: times) { _ in reply }
  }

  /// Forgets all rules: what follows is unexpected until there are new ones.
  public func removeRules() { state.withLock { $0.rules = [] } }

  /// Runs a server while `body` runs.
  ///
  /// - Parameter tls: its TLS context; plain HTTP without.
  /// - Throws: what `body` throws; ``UnexpectedRequests``.
  public static func run<Result: Sendable>(
    tls: NIOSSLContext? = nil, port: Int = 0, _ body: (ScriptedServer) async throws -> Result
  ) async throws -> Result {
    let (connections, accepted) = AsyncStream.makeStream(of: Connection.self)
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let (inbound, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.addHandler(ConnectionReader(continuation))
          accepted.yield(Connection(channel: channel, inbound: inbound))
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
    let server = ScriptedServer(port: listener.localAddress?.port ?? 0, scheme: tls == nil ? "http" : "https")
    let result = try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        await withDiscardingTaskGroup { group in
          for await connection in connections {
            group.addTask { await server.serve(connection) }
          }
          group.cancelAll()
        }
      }
      defer { accepted.finish() }
      do {
        let result = try await body(server)
        try await listener.close().get()
        return result
      } catch {
        try await listener.close().get()
        throw error
      }
    }
    let unexpected = server.unexpectedRequests
    guard unexpected.isEmpty else { throw UnexpectedRequests(requests: unexpected) }
    return result
  }

  // MARK: Connections

  private func serve(_ connection: Connection) async {
    let number = state.withLock { state in
      defer { state.connections += 1 }
      return state.connections
    }
    await withTaskCancellationHandler {
      do {
        try await converse(connection, number: number)
      } catch RequestReader.Malformed.notHTTP {
        state.withLock { $0.unexpected.append("bytes that are no HTTP/1.1 request") }
      } catch {
        // The client went away in the middle: what it had asked is recorded.
      }
      await connection.close()
    } onCancel: {
      connection.channel.close(promise: nil)
    }
  }

  private func converse(_ connection: Connection, number: Int) async throws {
    var reader = RequestReader(connection: number)
    for await buffer in connection.inbound {
      reader.append(buffer.readableBytesView)
      // dray looks whether a loopback registry speaks TLS; a plain server does not understand it.
      if reader.isHandshake {
        try await connection.write(Array("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".utf8))
        return
      }
      while let request = try reader.next() {
        let reply = await answer(request)
        let stays = try await ReplyWriter(reply: reply, connection: connection).write { sent in
          state.withLock { $0.bodyBytesSent += Int64(sent) }
        }
        guard stays else { return }
      }
    }
  }

  private func answer(_ request: RecordedRequest) async -> Reply {
    let handler = state.withLock { state -> Handler? in
      state.requests.append(request)
      let index = state.rules.firstIndex {
        $0.remaining > 0 && $0.method == request.method && ($0.path == request.path || $0.path == "*")
          && $0.predicate(request)
      }
      guard let index else {
        state.unexpected.append(request.summary)
        return nil
      }
      state.rules[index].remaining -= 1
      return state.rules[index].handler
    }
    guard let handler else { return Reply(599, text: "unexpected request") }
    return await handler(request)
  }
}
