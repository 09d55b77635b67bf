import NIOPosix
import ScriptedServer
import Synchronization
import Testing

@testable import HTTPAccess

@Suite("Connections that end between requests")
struct EndedConnectionTests {
  @Test("T418: a server that ends each connection behind its answer, without a word, loses no request")
  func ended() async throws {
    var configuration = ServerConfiguration()
    configuration.requestsPerConnection = 1
    try await ScriptedServer.run([], configuration) { server in
      server.on("/x") { _ in Reply(200, text: "here") }
      let url = try #require(AbsoluteURL(parsing: "http://127.0.0.1:\(server.port)/x"))
      // With one loop what ends a connection and what uses it meet most often.
      let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
      let transport = AsyncHTTPTransport(TransportSettings(), group: group)
      for _ in 0..<2_000 {
        let response = try await transport.send(TransportRequest(.GET, url), to: BodyCollector(limit: 10))
        #expect(response.status == 200)
      }
      #expect(server.requests.count == 2_000)
      try await transport.shutdown()
      try await group.shutdownGracefully()
    }
  }

  @Test("T418: a server that ends every connection before it answers is given up, after four at most")
  func neverAnswers() async throws {
    let taken = Atomic(0)
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        taken.add(1, ordering: .relaxed)
        return channel.close()
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(listener.localAddress?.port)
    let url = try #require(AbsoluteURL(parsing: "http://127.0.0.1:\(port)/x"))
    let transport = AsyncHTTPTransport(TransportSettings())
    let error = await #expect(throws: TransportError.self) {
      try await transport.send(TransportRequest(.GET, url), to: BodyCollector(limit: 10))
    }
    guard case .connectionLost = error?.reason else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect((1...4).contains(taken.load(ordering: .relaxed)))
    try await transport.shutdown()
    try await listener.close()
  }
}
