import NIOCore

/// Answers the requests of one connection by the script.
struct ConnectionHandler {
  let connection: Connection
  let server: ScriptedServer

  private var log: ServerLog { server.log }

  func run() async {
    var reader = RequestReader(connection.inbound)
    do {
      if server.configuration.tls == nil, try await reader.peek() == 0x16 {
        // A client that tries TLS first: no request, so nothing unexpected.
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
      // The client left, or TLS failed before the first request.
    }
    try? await connection.channel.close().get()
  }

  private func answerAll(_ reader: inout RequestReader) async throws {
    let writer = ReplyWriter(connection: connection, log: log, bytesPerSecond: server.configuration.bytesPerSecond)
    var answered = 0
    while true {
      guard let request = try await nextRequest(&reader, isFirst: answered == 0) else { return }
      let filed = log.record(request, connection: connection.number, origin: server.origin)
      try await connection.pause(server.configuration.latency)
      let reply = await server.reply(to: filed)
      guard try await writer.send(reply, to: filed) == .open else { return }
      answered += 1
      if answered == server.configuration.requestsPerConnection {
        await connection.end(.finish)
        return
      }
    }
  }

  private func nextRequest(_ reader: inout RequestReader, isFirst: Bool) async throws -> Request? {
    do {
      return try await reader.next()
    } catch let error as MalformedRequest {
      throw error
    } catch {
      if isFirst, server.configuration.tls != nil { log.handshakeFailed() }
      throw error
    }
  }
}
