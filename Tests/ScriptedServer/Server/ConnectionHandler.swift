import NIOCore

/// Answers the requests of one connection by the script.
struct ConnectionHandler {
  let connection: Connection
  let server: ScriptedServer

  private var log: ServerLog { server.log }

  func run() async {
    var reader = RequestReader(connection.inbound, bodyLimit: server.configuration.bodyLimit)
    do {
      if !server.isSecure, try await reader.peek() == 0x16 {
        // dray looks whether a loopback registry speaks TLS: that is no request, so nothing unexpected.
        log.sawHello()
        try await connection.send(ByteBuffer(string: server.configuration.answerToTLSHello))
        await connection.end(.finish)
        return
      }
      try await answerAll(&reader)
    } catch let error as MalformedRequest {
      log.unexpected("\(error) (connection \(connection.number))")
      try? await connection.send(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"))
      await connection.end(.finish)
    } catch {
      // The client went away in the middle: what it had asked is recorded.
    }
    try? await connection.channel.close().get()
  }

  private func answerAll(_ reader: inout RequestReader) async throws {
    let writer = ReplyWriter(connection: connection, log: log, rate: server.configuration.rate)
    var answered = 0
    while true {
      guard let request = try await nextRequest(&reader, isFirst: answered == 0) else { return }
      let filed = log.record(request, connection: connection.number)
      try await connection.pause(server.configuration.latency)
      guard try await writer.send(await server.reply(to: filed), to: filed) else { return }
      answered += 1
      if filed.isCutShort {
        await connection.end(.finish)
        return
      }
      if answered == server.configuration.requestsPerConnection {
        await connection.end(.finish)
        return
      }
    }
  }

  private func nextRequest(_ reader: inout RequestReader, isFirst: Bool) async throws -> RecordedRequest? {
    do {
      return try await reader.next()
    } catch let error as MalformedRequest {
      throw error
    } catch {
      if isFirst, server.isSecure { log.handshakeFailed() }
      throw error
    }
  }
}
