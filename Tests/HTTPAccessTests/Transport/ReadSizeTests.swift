import NIOCore
import NIOPosix
import ScriptedServer
import Synchronization
import Testing

@testable import HTTPAccess

@Suite("How much is read at once")
struct ReadSizeTests {
  @Test("T399: a connection has a small buffer until more comes over it")
  func growing() {
    var size = ReadSize(most: 256 << 10)
    var seen: [Int?] = []
    let grew = [900, 16 << 10, 256 << 10, 1].map { count in
      seen.append(size.nextBufferSize())
      return size.record(actualReadBytes: count)
    }
    #expect(seen == [16 << 10, 16 << 10, 256 << 10, 256 << 10])
    #expect(grew == [false, true, false, false])
    #expect(size.buffer(allocator: ByteBufferAllocator()).capacity == 256 << 10)
    #expect(ReadSize(most: 1024).nextBufferSize() == 1024, "a limit of bytes per second")
  }

  @Test("T399: a connection over which short answers come keeps no more than a small buffer")
  func connections() async throws {
    try await ScriptedServer.run { server in
      server.on("/short") { _ in Reply(200, text: "here") }
      server.on("/long") { _ in Reply(200, text: String(repeating: "x", count: 1 << 20)) }
      let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
      let setup = ConnectionSetup(
        settings: TransportSettings(), group: group, trust: TrustStore(TrustSettings()), addresses: nil)
      let origin = try #require(HTTPOrigin(scheme: .http, host: "127.0.0.1", port: server.port))
      let opened = Mutex<(any Channel)?>(nil)
      let clients = setup.directClients(to: origin, addressOverrides: [:]) { channel in
        opened.withLock { $0 = channel }
      }
      for (path, size) in [("/short", 16 << 10), ("/long", 256 << 10)] {
        let response = try await clients.client(of: 0).get(url: "http://127.0.0.1:\(server.port)\(path)").get()
        #expect(response.status == .ok)
        let kept = opened.withLock(\.self)
        let channel = try #require(kept)
        let found = try await channel.getOption(.recvAllocator).get()
        #expect(found.nextBufferSize() == size, "\(path)")
        let reads = try await channel.getOption(.maxMessagesPerRead).get()
        #expect(reads == 1)
      }
      #expect(server.connections == 1)
      try await LaneClients.shutdown([clients])
      try await group.shutdownGracefully()
    }
  }
}
