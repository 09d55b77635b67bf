import NIOCore
import NIOPosix
import Synchronization

/// A name server (RFC 1035) on a loopback address of its own, which gives one answer to every question.
public final class ScriptedNameServer: Sendable {
  public enum Answer: Sendable {
    /// Addresses of both families, written as text; none for a name that has none of a family.
    case addresses([String])
    case noSuchName
    case serverFailure
    case refusal
    /// Bytes that are no answer to any question.
    case noise
    /// Nothing at all.
    case silence
  }

  /// Where it listens: `nameserver ADDRESS` for a resolv.conf.
  public let address: String
  public let port: Int
  private let channel: any Channel
  private let handler: Questions

  /// Runs a name server while `body` runs. Port 53 is for root.
  ///
  /// - Parameters:
  ///   - delay: the time before each answer.
  ///   - address: where it listens; nil for an IPv4 address of its own.
  ///   - port: 0 for any that is free.
  public static func run(
    _ answer: Answer, delay: Duration = .zero, at address: String? = nil, port: Int = 53,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ScriptedNameServer) async throws -> Void
  ) async throws {
    let server = try await ScriptedNameServer(answer, delay: delay, at: address, port: port)
    do {
      try await body(server)
    } catch {
      try await server.channel.close().get()
      throw error
    }
    try await server.channel.close().get()
  }

  /// How many questions came.
  public var questions: Int { handler.count.withLock { $0 } }

  private init(_ answer: Answer, delay: Duration, at address: String?, port: Int) async throws {
    let address = address ?? "127.53.\(Int.random(in: 1...254)).\(Int.random(in: 1...254))"
    let handler = Questions(answer, delay: TimeAmount(delay))
    channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler) }
      }
      .bind(host: address, port: port).get()
    self.address = address
    self.port = channel.localAddress?.port ?? port
    self.handler = handler
  }

  private final class Questions: ChannelInboundHandler, Sendable {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    let count = Mutex(0)
    private let answer: Answer
    private let delay: TimeAmount

    init(_ answer: Answer, delay: TimeAmount) {
      self.answer = answer
      self.delay = delay
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let envelope = unwrapInboundIn(data)
      count.withLock { $0 += 1 }
      guard let reply = reply(to: envelope.data) else { return }
      let channel = context.channel
      context.eventLoop.scheduleTask(in: delay) {
        channel.writeAndFlush(AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: reply), promise: nil)
      }
    }

    private func reply(to query: ByteBuffer) -> ByteBuffer? {
      // The header has 12 bytes; one question follows: labels up to an empty one, a type and a class.
      guard let identifier: UInt16 = query.getInteger(at: 0), query.readableBytes > 16,
        let labels = query.getBytes(at: 12, length: query.readableBytes - 12)?.firstIndex(of: 0),
        let type: UInt16 = query.getInteger(at: 12 + labels + 1),
        let question = query.getSlice(at: 12, length: labels + 5)
      else { return nil }
      let addresses: [SocketAddress]
      let code: UInt16
      switch answer {
      case .silence: return nil
      case .noise: return ByteBuffer(bytes: [0x80, 0x00] + Array("no name server".utf8))
      case .refusal: (addresses, code) = ([], 5)
      case .noSuchName: (addresses, code) = ([], 3)
      case .serverFailure: (addresses, code) = ([], 2)
      case .addresses(let texts):
        (addresses, code) = (texts.compactMap { try? SocketAddress(ipAddress: $0, port: 0) }, 0)
      }
      let records = addresses.compactMap { address -> [UInt8]? in
        switch address {
        case .v4(let v4) where type == 1: withUnsafeBytes(of: v4.address.sin_addr) { Array($0) }
        case .v6(let v6) where type == 28: withUnsafeBytes(of: v6.address.sin6_addr) { Array($0) }
        default: nil
        }
      }
      var reply = ByteBuffer()
      reply.writeMultipleIntegers(identifier, UInt16(0x8180) | code, UInt16(1), UInt16(records.count), UInt32(0))
      reply.writeImmutableBuffer(question)
      for record in records {
        // The name is the question's; class IN; not to be kept.
        reply.writeMultipleIntegers(UInt16(0xC00C), type, UInt16(1), UInt32(0), UInt16(record.count))
        reply.writeBytes(record)
      }
      return reply
    }
  }
}
