import NIOCore
import NIOPosix
import ScriptedServer
import Testing

/// What a plain client reads until the server ends the connection.
private func exchange(_ server: ScriptedServer, _ request: String) async throws -> (text: String, isReset: Bool) {
  let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    .connect(host: "127.0.0.1", port: server.port) { channel in
      channel.eventLoop.makeCompletedFuture {
        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
      }
    }
  return try await channel.executeThenClose { inbound, outbound in
    try await outbound.write(ByteBuffer(string: request))
    var text = ""
    do {
      for try await buffer in inbound { text += String(buffer: buffer) }
    } catch is IOError {
      return (text, true)
    }
    return (text, false)
  }
}

@Suite("The scripted server does what it is told")
struct ScriptedServerTests {
  private let get = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n"

  @Test("a request that no rule takes fails the run")
  func unexpected() async throws {
    await #expect(throws: ScriptedServer.UnexpectedRequests.self) {
      try await ScriptedServer.run { server in
        server.on("/y", reply: Reply(text: "y").with { $0.closes = true })
        _ = try await exchange(server, "GET /z HTTP/1.1\r\nConnection: close\r\n\r\nGET /y HTTP/1.1\r\n\r\n")
      }
    }
  }

  @Test("a reset comes after the bytes that were asked for")
  func reset() async throws {
    try await ScriptedServer.run { server in
      server.on("/x", reply: Reply(text: "0123456789").with { $0.cut = (4, .reset) })
      let answer = try await exchange(server, get)
      #expect(answer.isReset)
      #expect(!answer.text.contains("4"))
    }
  }

  @Test("an early end is orderly and the length is the whole body's")
  func finish() async throws {
    try await ScriptedServer.run { server in
      server.on("/x", reply: Reply(text: "0123456789").with { $0.cut = (4, .finish) })
      let answer = try await exchange(server, get)
      #expect(!answer.isReset)
      #expect(answer.text.hasSuffix("Content-Length: 10\r\n\r\n0123"))
    }
  }

  @Test("chunked bodies, flipped bits, raw bytes and uses that run out")
  func others() async throws {
    try await ScriptedServer.run { server in
      server.on("/x", times: 1, reply: Reply(text: "aaaa").with { ($0.framing, $0.closes) = (.chunked, true) })
      let answer0 = try await exchange(server, get)
      #expect(answer0.text.hasSuffix("4\r\naaaa\r\n0\r\n\r\n"))
      server.on("/x", times: 1, reply: Reply(text: "aaaa").with { ($0.flippedByte, $0.closes) = (1, true) })
      let answer1 = try await exchange(server, get)
      #expect(answer1.text.hasSuffix("a`aa"))
      server.on("/x", times: 1, reply: .raw("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"))
      let answer2 = try await exchange(server, get)
      #expect(answer2.text.hasSuffix("Content-Length: 2\r\n\r\nab"))
      #expect(server.requests.count == 3)
    }
  }

  @Test("ranges are served as told")
  func ranges() throws {
    let body = ReplyBody(Array("0123456789".utf8))
    func reply(_ range: String, _ ranges: Reply.Ranges) -> Reply {
      let request = RecordedRequest(
        method: "GET", target: "/x", headers: [("Range", range)], body: [], connection: 0)
      return .blob(body, for: request, ranges: ranges)
    }
    let honest = reply("bytes=2-4", .honest)
    #expect(honest.status == 206)
    #expect(honest.body.bytes(0..<3) == Array("234".utf8))
    #expect(honest.headers.contains { $0.value == "bytes 2-4/10" })
    #expect(reply("bytes=2-4", .ignored).status == 200)
    #expect(reply("bytes=2-", .honest).status == 416)
    #expect(reply("bytes=2-4", .unsatisfiable).status == 416)
    #expect(reply("bytes=2-4", .startOff(by: -1)).headers.contains { $0.value == "bytes 1-3/10" })
  }
}
