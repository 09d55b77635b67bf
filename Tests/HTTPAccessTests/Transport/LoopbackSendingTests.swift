#if os(Linux)
  import FileAccess
  import NIOCore
  import NIOPosix
  import SystemPackage
  import Testing

  @testable import HTTPAccess

  @Suite struct LoopbackSendingTests {
    private static let isOffered =
      (try? FileDescriptor.bytes(
        of: "/proc/sys/net/ipv4/tcp_available_congestion_control", limit: 1_024)).map {
        String(decoding: $0, as: UTF8.self).contains("cubic")
      } ?? false

    @Test(
      "a connection of this machine is not paced, whatever the system's congestion control is",
      .enabled(if: isOffered, "needs a system that offers cubic"))
    func congestionControl() async throws {
      let (accepted, next) = AsyncStream.makeStream(of: (any Channel).self)
      let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
          channel.sendAsSystemDoesToOtherMachines()
          next.yield(channel)
          return channel.eventLoop.makeSucceededVoidFuture()
        }
        .bind(host: "127.0.0.1", port: 0).get()
      try await server.eventLoop.submit { server.acceptUnpaced() }.get()
      let address = try #require(server.localAddress)
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(to: address).get()
      try await channel.eventLoop.submit { channel.sendUnpacedOnThisMachine() }.get()
      let far = try #require(await accepted.first { _ in true })
      for end in [channel, far] {
        #expect(try await end.getOption(.tcpOption(.congestionControl)).get() == CongestionControl.cubic?.value)
      }
      try await channel.close()
      try await server.close()
    }
  }
#endif
