import ScriptedServer
import Testing

/// What a script expects, and what happens to everything else.
struct ScriptTests {
  @Test("a reply goes out as written: status, headers in their order and case, body, length")
  func plainReply() async throws {
    let reply = Reply(headers: [("Content-Type", "text/plain"), ("X-Two", "1"), ("x-two", "2")], text: "hello")
    try await ScriptedServer.run([Rule("GET", "/a", reply)]) { server in
      let received = try await RawClient(server).get("/a")
      #expect(
        received.text
          == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Two: 1\r\nx-two: 2\r\nContent-Length: 5\r\n\r\nhello")
      #expect(received.end == .closed)
    }
  }

  @Test("requests are recorded with their headers in order, repetitions and body, and with what was sent back")
  func records() async throws {
    try await ScriptedServer.run([Rule("POST", "/a", Reply(text: "123"))]) { server in
      let head =
        "POST /a?x=1%2B&x=2 HTTP/1.1\r\nHost: h\r\nA: 1\r\na:  2 \r\nContent-Length: 4\r\nConnection: close\r\n\r\n"
      _ = try await RawClient(server).exchange(head + "body")
      let request = try #require(server.requests.first)
      #expect(request.method == "POST" && request.path == "/a" && request.target == "/a?x=1%2B&x=2")
      #expect(request.queryValues("x") == ["1+", "2"])
      #expect(request.headers.prefix(3).map { "\($0.name)=\($0.value)" } == ["Host=h", "A=1", "a=2"])
      #expect(request.values("A") == ["1", "2"])
      #expect(request.body == Array("body".utf8))
      #expect(request.connection == 0 && request.index == 0)
      #expect(request.status == 200 && request.bodyBytesSent == 3 && request.isComplete)
    }
  }

  @Test("a chunked request body is read whole")
  func chunkedRequest() async throws {
    try await ScriptedServer.run([Rule("PUT", "/a", Reply(201))]) { server in
      let request = RawClient.request("PUT", "/a", ["Transfer-Encoding: chunked", "Connection: close"])
      _ = try await RawClient(server).exchange(request + "3\r\nabc\r\na\r\n0123456789\r\n0\r\nT: 1\r\n\r\n")
      #expect(server.requests.map(\.body) == [Array("abc0123456789".utf8)])
    }
  }

  @Test("one connection carries several requests, pipelined ones too")
  func keepAlive() async throws {
    try await ScriptedServer.run([Rule("GET", "/*", Reply(200, text: "x"))]) { server in
      let both = RawClient.request("GET", "/1") + RawClient.request("GET", "/2", ["Connection: close"])
      let received = try await RawClient(server).exchange(both)
      #expect(received.text.components("200 OK") == 2)
      #expect(server.requests.map(\.target) == ["/1", "/2"])
      #expect(server.connections == 1)
    }
  }

  @Test("a request that no rule takes is answered 599 and fails the run, named")
  func unexpected() async throws {
    let failure = await #expect(throws: ScriptFailure.self) {
      try await ScriptedServer.run([Rule("GET", "/known", Reply())]) { server in
        let received = try await RawClient(server).get("/other?x=1")
        #expect(received.head.hasPrefix("HTTP/1.1 599 "))
        #expect(server.unexpectedRequests.count == 1)
      }
    }
    #expect(failure?.unexpected == ["GET /other?x=1"])
  }

  @Test("an unexpected request is reported beside what the test threw")
  func unexpectedAndThrown() async throws {
    struct Own: Error {}
    let failure = await #expect(throws: ScriptFailure.self) {
      try await ScriptedServer.run([]) { server in
        _ = try await RawClient(server).get("/other")
        throw Own()
      }
    }
    #expect(failure?.underlying is Own)
  }

  @Test("what the test throws comes out of a run in which all went by the script")
  func thrown() async throws {
    struct Own: Error {}
    await #expect(throws: Own.self) {
      try await ScriptedServer.run([]) { _ in throw Own() }
    }
  }

  @Test(
    "a malformed request fails the run",
    arguments: [
      "GET /  HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
      "GET / HTTP/1.1\nHost: x\n\n\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nA : 1\r\n\r\n", "GET / HTTP/2\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    ])
  func malformed(request: String) async throws {
    let failure = await #expect(throws: ScriptFailure.self) {
      try await ScriptedServer.run([Rule("*", "*", Reply())]) { server in
        _ = try await RawClient(server).exchange(request)
      }
    }
    #expect(failure?.unexpected.first?.hasPrefix("malformed request: ") == true)
  }

  @Test("a TLS hello on a plain port is answered as a plain server does, counted, and no unexpected request")
  func tlsHello() async throws {
    try await ScriptedServer.run([]) { server in
      let received = try await RawClient(server).exchange("\u{16}\u{3}\u{1}hello")
      #expect(received.text.hasPrefix("HTTP/1.1 400 ") && received.end == .closed)
      #expect(server.tlsHellos == 1 && server.requests.isEmpty)
    }
  }

  @Test("replies of a rule come one after another, the last one for ever")
  func repliesInTurn() async throws {
    let script: Script = [Rule("GET", "/a", Reply(503), Reply(429), Reply())]
    #expect(try await statuses(script, ["/a", "/a", "/a", "/a"]) == [503, 429, 200, 200])
  }

  @Test("a rule that is used up gives way to the next")
  func limits() async throws {
    let script: Script = [
      Rule("GET", "/a", Reply(500)).once, Rule("GET", "/a", Reply(502)).times(2), Rule("GET", "/*", Reply()),
    ]
    #expect(try await statuses(script, ["/a", "/a", "/b", "/a", "/a"]) == [500, 502, 200, 502, 200])
  }

  @Test("conditions on query and headers choose the rule")
  func conditions() async throws {
    let script: Script = [
      Rule("GET", "/a", Reply(201)).query("q", "a b"),
      Rule("GET", "/a", Reply(202)).header("H", "v"),
      Rule("GET,HEAD", "/a", Reply(204)).header("H", nil),
    ]
    try await ScriptedServer.run(script) { server in
      let client = RawClient(server)
      _ = try await client.get("/a?q=a+b")
      _ = try await client.get("/a", "h: v")
      _ = try await client.get("/a")
      #expect(server.requests.map(\.status) == [201, 202, 204])
    }
  }

  @Test("an ordered script takes requests in its order only")
  func ordered() async throws {
    let script = Script.inOrder(
      Rule("GET", "/1", Reply()).once, Rule("GET", "/2", Reply()), Rule("GET", "/3", Reply()))
    #expect(try await statuses(script, ["/1", "/2", "/2", "/3"]) == [200, 200, 200, 200])
    await #expect(throws: ScriptFailure.self) { try await statuses(script, ["/2"]) }
    await #expect(throws: ScriptFailure.self) { try await statuses(script, ["/1", "/1"]) }
    await #expect(throws: ScriptFailure.self) { try await statuses(script, ["/1", "/3"]) }
    await #expect(throws: ScriptFailure.self) { try await statuses(script, ["/1", "/2", "/3", "/2"]) }
  }

  @Test("a required rule that nobody used fails the run")
  func required() async throws {
    let script: Script = [Rule("GET", "/a", Reply()).required, Rule("GET", "/b", Reply()).required.named("B")]
    let failure = await #expect(throws: ScriptFailure.self) { try await statuses(script, ["/a"]) }
    #expect(failure?.unmet == ["B"])
    #expect(try await statuses(script, ["/a", "/b"]) == [200, 200])
  }

  @Test("rules added later stand before the others and may name the server's own port")
  func addedRules() async throws {
    try await ScriptedServer.run([Rule("GET", "/*", Reply(404))]) { server in
      server.addFirst(Rule("GET", "/a", .redirect(to: "\(server.origin)/b")))
      let received = try await RawClient(server).get("/a")
      #expect(received.head.contains("\r\nLocation: http://127.0.0.1:\(server.port)/b\r\n"))
    }
  }

  @Test("a rule that throws fails the run")
  func throwingRule() async throws {
    struct Own: Error {}
    let failure = await #expect(throws: ScriptFailure.self) {
      try await statuses([Rule("GET", "/a") { _ in throw Own() }], ["/a"])
    }
    #expect(failure?.unexpected == ["GET /a: the handler threw Own()"])
  }

  /// The statuses that requests get one after another.
  @discardableResult
  private func statuses(_ script: Script, _ targets: [String]) async throws -> [Int?] {
    try await ScriptedServer.run(script) { server in
      for target in targets { _ = try await RawClient(server).get(target) }
      return server.requests.map(\.status)
    }
  }
}

extension String {
  /// How often `part` stands in the string.
  fileprivate func components(_ part: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: part) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
