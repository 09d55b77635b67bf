import HTTPAccess
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOSSL

/// Sets a connection up: what watches it stands around the library's HTTP.
struct ConnectionSetup: ServerChildChannel {
  struct Value: ServerChildChannelValue {
    let http: HTTP1Channel.Value
    /// Ends when the client has gone.
    let presence: AsyncStream<Never>
    let window: SendWindow

    var channel: any Channel { http.channel }
  }

  /// Bytes that wait in a connection before the library makes anybody wait: ``SendWindow`` does so earlier.
  private static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 256 << 10, high: 1 << 20)

  /// Bytes that the system may hold of a connection beside those on their way: some pieces, so that it has always one to send.
  private static let unsent = 256 << 10

  let responder: HTTPChannelHandler.Responder
  let limits: ServerLimits
  let clients: ClientTable
  let certificate: ServerCertificate?

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    let window = SendWindow(takesFiles: certificate == nil)
    let (presence, end) = AsyncStream.makeStream(of: Never.self)
    let id = ObjectIdentifier(channel)
    let refusal = clients.opened(id, from: channel.remoteAddress) { [weak channel] in
      channel?.pipeline.fireUserInboundEventTriggered(ConnectionWatch.RoomNeeded())
    }
    channel.closeFuture.whenComplete { [clients] _ in clients.closed(id) }
    // Where this was the last one that is accepted, only time makes room.
    channel.eventLoop.scheduleTask(in: TimeAmount(limits.leastIdleTime)) { [clients] in clients.makeRoomIfFull() }
    let setUp = channel.eventLoop.makeCompletedFuture {
      let pipeline = channel.pipeline.syncOperations
      try channel.syncOptions?.setOption(.writeBufferWaterMark, value: Self.waterMark)
      channel.sendAsSystemDoesToOtherMachines()
      channel.limitUnsentBytes(to: Self.unsent)
      var files: FilePartHandler?
      if let certificate {
        try pipeline.addHandler(NIOSSLServerHandler(context: certificate.context))
      } else {
        let handler = FilePartHandler()
        try pipeline.addHandler(handler)
        files = handler
      }
      return NIOLoopBound(files, eventLoop: channel.eventLoop)
    }
    return setUp.flatMap { files in
      var configuration = HTTP1Channel.Configuration(
        additionalChannelHandlers: [
          ConnectionWatch(
            limits: limits, refusal: refusal, clients: clients, window: window, files: files.value
          ) { end.finish() }
        ])
      // podman asks for a thousand ranges at once: some 20 KB.
      configuration.httpDecoder = .init(
        maxHeaderFieldSize: 64 << 10, maxHeaderListSize: 80 << 10, maxHeaderFieldCount: 100)
      return HTTP1Channel(responder: responder, configuration: configuration).setup(channel: channel, logger: logger)
    }.flatMapThrowing { http in
      let pipeline = channel.pipeline.syncOperations
      let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try pipeline.addHandler(RequestHeadHandler(), position: .after(decoder))
      return Value(http: http, presence: presence, window: window)
    }
  }

  /// What answers a client ends when it has gone: nobody else notices before the next byte is written.
  func handle(value: Value, logger: Logger) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await SendWindow.$current.withValue(value.window) {
          await HTTP1Channel(responder: responder).handle(value: value.http, logger: logger)
        }
      }
      group.addTask { for await _ in value.presence {} }
      await group.next()
      group.cancelAll()
    }
  }
}
