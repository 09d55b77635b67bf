import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Waiting

/// Ends connections that do nothing, and tells when a client has gone while it is being answered.
///
/// All of it happens on the connection's own loop.
final class ConnectionWatch: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// Ends the connection if no request is under way.
  struct RoomNeeded: Sendable {}

  private let limits: ServerLimits
  /// Why the client is told to come later.
  private let refusal: ClientTable.Refusal?
  private let clients: ClientTable
  private let window: SendWindow
  /// Nil where bytes alone can be sent.
  private let files: FilePartHandler?
  private let gone: @Sendable () -> Void
  private var progress: ConnectionProgress
  private var check: Scheduled<Void>?
  /// Parts of answers that are on their way to the client.
  private var unsent = 0
  /// A part of a file that is on its way.
  private var sending: FilePart?
  /// The connection is to end once they are there.
  private var isClosing = false

  init(
    limits: ServerLimits, refusal: ClientTable.Refusal?, clients: ClientTable, window: SendWindow,
    files: FilePartHandler?, gone: @escaping @Sendable () -> Void
  ) {
    self.limits = limits
    self.files = files
    self.refusal = refusal
    self.clients = clients
    self.window = window
    self.gone = gone
    progress = ConnectionProgress(limits, now: .now)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    progress = ConnectionProgress(limits, now: .now)
    schedule(context)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    check?.cancel()
  }

  func channelInactive(context: ChannelHandlerContext) {
    check?.cancel()
    window.close()
    gone()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if let refusal { return refuse(context, unwrapInboundIn(data), refusal) }
    switch unwrapInboundIn(data) {
    case .head:
      progress.headCame(now: .now)
      clients.isBusy(ObjectIdentifier(context.channel))
    case .body: progress.bodyCame(now: .now)
    case .end:
      progress.requestEnded(now: .now)
      if isIdle { clients.isIdle(ObjectIdentifier(context.channel)) }
    }
    context.fireChannelRead(data)
  }

  private func refuse(_ context: ChannelHandlerContext, _ part: HTTPRequestPart, _ refusal: ClientTable.Refusal) {
    guard case .head = part else { return }
    let fields: HTTPFields = [.retryAfter: "5", .connection: "close", .contentLength: "0"]
    let status: HTTPResponse.Status = refusal == .tooMany ? .serviceUnavailable : .tooManyRequests
    context.write(wrapOutboundOut(.head(HTTPResponse(status: status, headerFields: fields))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    context.close(promise: nil)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let part = unwrapOutboundIn(data)
    let bytes: ByteBuffer? = if case .body(let bytes) = part { bytes } else { nil }
    let file = files == nil ? nil : bytes.flatMap { window.file(for: $0) }
    let count = file?.region.readableBytes ?? bytes?.readableBytes ?? 0
    if case .end = part { progress.answered(now: .now) }
    let promise = promise ?? context.eventLoop.makePromise(of: Void.self)
    unsent += 1
    if let file { sending = file }
    let box = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    promise.futureResult.whenComplete { [window] _ in
      let (watch, context) = box.value
      if file != nil { watch.sending = nil }
      window.sent(count)
      watch.sent(context)
    }
    guard let file, let files else { return context.write(data, promise: promise) }
    files.sending(file) { context.write(data, promise: promise) }
  }

  /// Whoever closes the connection after the end of an answer, as a server that is to stop does, would lose what the client
  /// has not taken yet.
  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    guard case .all = mode, unsent > 0, context.channel.isActive else {
      return context.close(mode: mode, promise: promise)
    }
    isClosing = true
    if let promise { context.channel.closeFuture.cascade(to: promise) }
  }

  private func sent(_ context: ChannelHandlerContext) {
    unsent -= 1
    if isClosing, unsent == 0 { return context.close(promise: nil) }
    if isIdle { clients.isIdle(ObjectIdentifier(context.channel)) }
  }

  /// No request is under way, and the client has all of the answers.
  private var isIdle: Bool { progress.isIdle && unsent == 0 }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // A client that has closed its half and is still being answered: nobody reads that to its end.
    if case ChannelEvent.inputClosed? = event as? ChannelEvent, progress.isAnswering { gone() }
    if event is RoomNeeded {
      if isIdle { context.close(promise: nil) }
      return
    }
    context.fireUserInboundEventTriggered(event)
  }

  private func schedule(_ context: ChannelHandlerContext) {
    let box = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    check = context.eventLoop.scheduleTask(in: TimeAmount(limits.checkInterval)) {
      let (watch, context) = box.value
      let waiting = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
      // Of a file that became shorter nothing comes, and the socket would be asked for ever.
      let isWhole = watch.sending?.isUnchanged() ?? true
      guard isWhole, watch.progress.isInTime(now: .now, waiting: waiting) else {
        return context.close(promise: nil)
      }
      watch.schedule(context)
    }
  }
}

extension ServerLimits {
  /// How often it is looked whether a connection still does something.
  fileprivate var checkInterval: Duration { min(headTime, idleTime, stalledTime) / 4 }
}
