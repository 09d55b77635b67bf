#if os(Linux)
  import NIOCore
  import NIOPosix
  import Testing

  @testable import HTTPAccess

  @Suite struct LoopbackSendingTests {
    @Test("a connection of this machine is not paced, whatever the system's congestion control is")
    func congestionControl() async throws {
      let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .bind(host: "127.0.0.1", port: 0).get()
      let address = try #require(server.localAddress)
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(to: address).get()
      try await channel.eventLoop.submit { channel.sendUnpacedOnThisMachine() }.get()
      #expect(try await channel.getOption(.tcpOption(.congestionControl)).get() == .reno)
      try await channel.close()
      try await server.close()
    }
  }
#endif
