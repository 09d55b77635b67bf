import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A proxy on loopback that leads every name to 127.0.0.1, and fails as a test says.
///
/// Over HTTP it takes CONNECT and absolute-form requests; as a SOCKS proxy it speaks version 5.
public final class ScriptedProxy: Sendable {
  public struct Configuration: Sendable {
    public enum Kind: Sendable { case http, socks }

    public var kind = Kind.http
    /// TLS with the client; nil for none.
    public var tls: NIOSSLContext?
    /// `name:password` that it wants; nil for none.
    public var login: String?
    /// Heads of answers to the first requests, in order, in place of what was asked for: `HTTP/1.1 502 Bad Gateway`. An
    /// empty one ends the connection without a word.
    public var answers: [String] = []
    /// The first tunnel is reset after this many bytes to the client.
    public var dropsAfter: Int?
    /// The code of every SOCKS reply.
    public var socksCode: UInt8 = 0

    public init() {}
  }

  public let port: Int
  let configuration: Configuration
  private let listener: any Channel
  private let accepted: AsyncStream<Connection>
  private let log = ServerLog()
  private let state = Mutex(State())

  private struct State {
    var answers: [String] = []
    var tunnels: [String] = []
    var hasDropped = false
  }

  public static func run<Result: Sendable>(
    _ configuration: Configuration = Configuration(), isolation: isolated (any Actor)? = #isolation,
    _ body: (ScriptedProxy) async throws -> Result
  ) async throws -> Result {
    let proxy = try await ScriptedProxy(configuration)
    let outcome = await withDiscardingTaskGroup { group in
      group.addTask { await proxy.serve() }
      let outcome: Swift.Result<Result, any Error>
      do { outcome = .success(try await body(proxy)) } catch { outcome = .failure(error) }
      proxy.listener.close(promise: nil)
      for channel in proxy.log.stop() { channel.close(promise: nil) }
      return outcome
    }
    return try outcome.get()
  }

  private init(_ configuration: Configuration) async throws {
    self.configuration = configuration
    let (accepted, continuation) = AsyncStream.makeStream(of: Connection.self)
    self.accepted = accepted
    let log = self.log
    listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let number = log.opened(channel) else { throw ChannelError.ioOnClosedChannel }
          channel.closeFuture.whenComplete { _ in log.closed(channel) }
          continuation.yield(try Connection.make(channel, number: number, tls: configuration.tls))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    listener.closeFuture.whenComplete { _ in continuation.finish() }
    port = listener.localAddress?.port ?? 0
    state.withLock { $0.answers = configuration.answers }
  }

  // MARK: Observations

  /// `http://127.0.0.1:port`, with the right scheme.
  public var address: String {
    switch configuration.kind {
    case .http: "\(configuration.tls == nil ? "http" : "https")://127.0.0.1:\(port)"
    case .socks: "socks5://127.0.0.1:\(port)"
    }
  }

  /// The same with a name and a password in it, as they stand there.
  public func address(login: String) -> String {
    address.replacing("://", with: "://\(login)@", maxReplacements: 1)
  }

  /// Where clients wanted to go, in order: `host:port`.
  public var tunnels: [String] { state.withLock { $0.tunnels } }

  /// CONNECT and absolute-form requests.
  public var requests: [RecordedRequest] { log.requests }

  public var connections: Int { log.connections }

  // MARK: Serving

  private func serve() async {
    await withDiscardingTaskGroup { group in
      for await connection in accepted {
        group.addTask {
          switch self.configuration.kind {
          case .http: await self.serveHTTP(connection)
          case .socks: await self.serveSOCKS(connection)
          }
          connection.channel.close(promise: nil)
        }
      }
    }
  }

  private func serveHTTP(_ connection: Connection) async {
    var reader = RequestReader(connection.inbound)
    do {
      while let request = try await reader.next() {
        _ = log.record(request, connection: connection.number)
        if let answer = state.withLock({ $0.answers.isEmpty ? nil : $0.answers.removeFirst() }) {
          guard !answer.isEmpty else { return }
          try await connection.send(ByteBuffer(string: "\(answer)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
          return await connection.end(.finish)
        }
        guard isAllowed(request) else {
          let challenge = "Proxy-Authenticate: Basic realm=\"proxy\""
          try await connection.send(
            ByteBuffer(
              string: "HTTP/1.1 407 Who Are You\r\n\(challenge)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
          return await connection.end(.finish)
        }
        if request.method == "CONNECT" {
          return try await tunnel(
            connection, to: request.target, greeting: "HTTP/1.1 200 Go\r\n\r\n", reader.takeRest())
        }
        return try await forward(request, connection)
      }
    } catch {
      // The client went away, or its host did.
    }
  }

  private func isAllowed(_ request: RecordedRequest) -> Bool {
    guard let login = configuration.login else { return true }
    return request.header("proxy-authorization").flatMap(BasicCredentials.decode) == login
  }

  private func forward(_ request: RecordedRequest, _ connection: Connection) async throws {
    guard request.target.hasPrefix("http://") else {
      return try await connection.send(ByteBuffer(string: "HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n"))
    }
    let rest = request.target.dropFirst("http://".count)
    let authority = String(rest.prefix { $0 != "/" })
    let fields = request.headers.filter { !["proxy-authorization", "connection"].contains($0.name.lowercased()) }
    let head = ([(name: "Connection", value: "close")] + fields).map { "\($0.name): \($0.value)\r\n" }.joined()
    try await tunnel(
      connection, to: authority, greeting: "",
      ByteBuffer(string: "\(request.method) \(rest.dropFirst(authority.count)) HTTP/1.1\r\n\(head)\r\n"))
  }

  private func serveSOCKS(_ connection: Connection) async {
    var bytes = ByteReader(connection.inbound)
    do {
      let hello = try await bytes.read(2)
      let methods = try await bytes.read(Int(hello[1]))
      if let login = configuration.login {
        guard methods.contains(2) else { return try await connection.send(ByteBuffer(bytes: [5, 0xff])) }
        try await connection.send(ByteBuffer(bytes: [5, 2]))
        let name = try await bytes.read(Int(try await bytes.read(2)[1]))
        let word = try await bytes.read(Int(try await bytes.read(1)[0]))
        let isRight = String(decoding: name + [UInt8(ascii: ":")] + word, as: UTF8.self) == login
        try await connection.send(ByteBuffer(bytes: [1, isRight ? 0 : 1]))
        guard isRight else { return }
      } else {
        try await connection.send(ByteBuffer(bytes: [5, 0]))
      }
      let request = try await bytes.read(4)
      let host: String
      switch request[3] {
      case 1: host = try await bytes.read(4).map { String($0) }.joined(separator: ".")
      case 3: host = String(decoding: try await bytes.read(Int(try await bytes.read(1)[0])), as: UTF8.self)
      default: host = "[\(try await bytes.read(16).map { String($0, radix: 16) }.joined(separator: ":"))]"
      }
      let port = try await bytes.read(2)
      let reply: [UInt8] = [5, configuration.socksCode, 0, 1, 0, 0, 0, 0, 0, 0]
      guard configuration.socksCode == 0 else { return try await connection.send(ByteBuffer(bytes: reply)) }
      try await tunnel(
        connection, to: "\(host):\(Int(port[0]) << 8 | Int(port[1]))",
        greeting: String(decoding: reply, as: UTF8.self), bytes.rest)
    } catch {
      // The client went away, or its host did.
    }
  }

  /// Pumps both ways until one side ends.
  private func tunnel(
    _ connection: Connection, to target: String, greeting: String, _ first: ByteBuffer
  ) async throws {
    let drop = state.withLock { state -> Int? in
      state.tunnels.append(target)
      defer { state.hasDropped = true }
      return state.hasDropped ? nil : configuration.dropsAfter
    }
    let port = target.split(separator: ":").last.flatMap { Int($0) } ?? 80
    let host = try await Upstream.connect(port: port)
    try await connection.send(ByteBuffer(string: greeting))
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        do {
          if first.readableBytes > 0 { try await host.channel.writeAndFlush(first).get() }
          for try await bytes in connection.inbound { try await host.channel.writeAndFlush(bytes).get() }
        } catch {
          // What ends one way ends the other.
        }
        host.channel.close(promise: nil)
      }
      group.addTask {
        var room = drop ?? .max
        do {
          for try await bytes in host.inbound {
            try await connection.send(
              bytes.getSlice(at: bytes.readerIndex, length: min(bytes.readableBytes, room)) ?? bytes)
            room -= bytes.readableBytes
            if room <= 0 { break }
          }
        } catch {
          // What ends one way ends the other.
        }
        if room <= 0 { await connection.end(.reset) } else { await connection.end(.finish) }
        connection.channel.close(promise: nil)
      }
    }
    try await host.channel.closeFuture.get()
  }
}

/// The proxy's own connection to a server.
private struct Upstream: Sendable {
  let channel: any Channel
  let inbound: AsyncThrowingStream<ByteBuffer, any Error>

  static func connect(port: Int) async throws -> Upstream {
    let (inbound, continuation) = AsyncThrowingStream.makeStream(of: ByteBuffer.self)
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(InboundBytes(continuation))
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    return Upstream(channel: channel, inbound: inbound)
  }
}

/// Exact numbers of bytes off a stream.
private struct ByteReader {
  struct Ended: Error {}

  private var chunks: AsyncThrowingStream<ByteBuffer, any Error>.Iterator
  private(set) var rest = ByteBuffer()

  init(_ chunks: AsyncThrowingStream<ByteBuffer, any Error>) {
    self.chunks = chunks.makeAsyncIterator()
  }

  mutating func read(_ count: Int) async throws -> [UInt8] {
    while rest.readableBytes < count {
      guard var chunk = try await chunks.next() else { throw Ended() }
      rest.writeBuffer(&chunk)
    }
    return rest.readBytes(length: count) ?? []
  }
}
