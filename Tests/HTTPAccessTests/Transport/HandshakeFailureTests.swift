import NIOCore
import NIOPosix
import Testing

@testable import HTTPAccess

@Suite("Handshakes that fail")
struct HandshakeFailureTests {
  /// Answers the first bytes of every connection with the same bytes, and closes it.
  private final class Answering: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let channel = context.channel
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes))).whenComplete { _ in
        channel.close(promise: nil)
      }
    }
  }

  private static func alert(_ number: UInt8) -> [UInt8] { [0x15, 0x03, 0x03, 0, 2, 2, number] }

  @Test(
    "T292: why a handshake failed is told by the alert or by the TLS library's code, and never by a value of the program",
    arguments: [
      (alert(40), TLSFailure.alert("handshake_failure")), (alert(80), .alert("internal_error")),
      (alert(99), .alert("99")), ([0x16, 0x03, 0x03, 0, 5, 2, 0, 0, 1, 0], .handshake(code: "DECODE_ERROR")),
      ([UInt8](repeating: 0, count: 64), .notTLS),
    ])
  func words(answer: [UInt8], failure: TLSFailure) async throws {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Answering(answer)) }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(listener.localAddress?.port)
    let transport = AsyncHTTPTransport(TransportSettings())
    let url = try #require(AbsoluteURL(parsing: "https://127.0.0.1:\(port)/v2/"))
    let error = await #expect(throws: TransportError.self) {
      try await transport.send(TransportRequest(.GET, url), to: BodyCollector(limit: 10))
    }
    guard case .tls(_, failure)? = error?.reason else {
      Issue.record("\(String(describing: error))")
      return
    }
    try await transport.shutdown()
    try await listener.close()
  }
}
