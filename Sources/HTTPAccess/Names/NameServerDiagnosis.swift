import NIOCore
import NIOPosix
import SystemPackage
import Waiting

/// Finds out why a name could not be looked up: to the C library a name server that fails, one that refuses and one that is
/// silent are the same. Each is asked once, all at the same time.
package struct NameServerDiagnosis: Sendable {
  /// How long an answer is waited for. The C library has waited longer already.
  static let patience: TimeAmount = .seconds(2)

  private let servers: [NameServerAddress]
  private let question: NameQuestion?
  private let patience: TimeAmount

  /// - Parameters:
  ///   - servers: at most a few.
  ///   - question: nil where none can be asked.
  package init(_ servers: [NameServerAddress], _ question: NameQuestion?, patience: TimeAmount = Self.patience) {
    self.servers = servers
    self.question = question
    self.patience = patience
  }

  /// Of a name that this machine's name servers did not tell.
  static func ofThisMachine(_ host: String) async -> NameServerDiagnosis {
    let configuration = try? await Workers.current.run { ResolverConfiguration.read() }
    return NameServerDiagnosis(configuration?.servers ?? [], configuration?.question(for: host))
  }

  /// What each did, in their order; nothing where no question can be asked. A cancelled task waits no longer.
  package func findings() async -> [NameServerFinding] {
    guard let question else { return [] }
    return await withTaskGroup(of: (Int, NameServerFinding).self) { group in
      for (index, server) in servers.enumerated() {
        group.addTask { (index, NameServerFinding(address: server.description, await ask(server, question))) }
      }
      var found: [(Int, NameServerFinding)] = []
      for await finding in group { found.append(finding) }
      return found.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private func ask(_ server: NameServerAddress, _ question: NameQuestion) async -> NameServerFinding.Answer {
    let loop = Workers.current.loops.next()
    let answer = loop.makePromise(of: NameServerFinding.Answer.self)
    let silence = NameServerFinding.Answer.silent(seconds: Int(patience.nanoseconds / 1_000_000_000))
    let channel: any Channel
    do {
      let address = try server.socketAddress()
      channel = try await DatagramBootstrap(group: loop)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(NameAnswerHandler(question, answer, silence: silence))
          }
        }
        .connect(to: address).get()
      channel.writeAndFlush(AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: question.message)))
        .whenFailure { answer.succeed(.unreachable(error: $0)) }
    } catch {
      answer.succeed(.unreachable(error: error))
      return .unreachable(error: error)
    }
    let timer = loop.scheduleTask(in: patience) { channel.close(promise: nil) }
    let result = await withTaskCancellationHandler {
      try? await answer.futureResult.get()
    } onCancel: {
      channel.close(promise: nil)
    }
    timer.cancel()
    channel.close(promise: nil)
    return result ?? silence
  }
}

extension NameServerFinding.Answer {
  fileprivate static func unreachable(error: any Error) -> Self {
    .unreachable(detail: (error as? IOError).map { Errno(rawValue: $0.errnoCode).description } ?? "\(error)")
  }
}

/// Waits for the answer to one question. What is no answer to it is passed over, and told if nothing else comes.
private final class NameAnswerHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>

  private let question: NameQuestion
  private let answer: EventLoopPromise<NameServerFinding.Answer>
  private var ending: NameServerFinding.Answer

  init(
    _ question: NameQuestion, _ answer: EventLoopPromise<NameServerFinding.Answer>, silence: NameServerFinding.Answer
  ) {
    self.question = question
    self.answer = answer
    ending = silence
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let code = question.code(ofAnswer: Array(unwrapInboundIn(data).data.readableBytesView)) else {
      ending = .malformed
      return
    }
    // No such name (3) is an answer, too.
    answer.succeed(code == 0 || code == 3 ? .answered : .failed(code: code))
  }

  /// An answer of the network: nobody listens there, or no way leads there.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    answer.succeed(.unreachable(error: error))
  }

  func channelInactive(context: ChannelHandlerContext) {
    answer.succeed(ending)
    context.fireChannelInactive()
  }
}
