import NIOPosix
import ScriptedServer
import Synchronization
import Testing
import Waiting

@testable import HTTPAccess

@Suite("How long an answer may take")
struct StallTests {
  private static var settings: TransportSettings {
    var settings = TransportSettings()
    settings.stallTimeout = .seconds(2)
    return settings
  }

  private func url(_ server: ScriptedServer, _ path: String) throws -> AbsoluteURL {
    try #require(AbsoluteURL(parsing: "http://127.0.0.1:\(server.port)\(path)"))
  }

  @Test(
    "T401: what a server works on for long may take as long, over the connection that there is; a question may not",
    .timeLimit(.minutes(10)))
  func commit() async throws {
    try await ScriptedServer.run { server in
      server.on("/question") { _ in Reply(200, text: "here") }
      server.on("PUT", "/commit") { _ in Reply(201).with { $0.delay = .seconds(5) } }
      let transport = AsyncHTTPTransport(Self.settings)
      let question = TransportRequest(.GET, try url(server, "/question"))
      #expect(try await transport.send(question, to: BodyCollector(limit: 10)).status == 200)
      var request = TransportRequest(.PUT, try url(server, "/commit"), body: .bytes([1, 2, 3]))
      request.awaitsCommit = true
      #expect(try await transport.send(request, to: BodyCollector(limit: 10)).status == 201)
      #expect(server.connections == 1)

      let hasty = TransportRequest(.PUT, try url(server, "/commit"), body: .bytes([1, 2, 3]))
      let error = await #expect(throws: TransportError.self) {
        try await transport.send(hasty, to: BodyCollector(limit: 10))
      }
      guard case .stalled = error?.reason else {
        Issue.record("\(String(describing: error))")
        return
      }
      try await transport.shutdown()
    }
  }

  /// Wants no more for a while, once.
  private final class Reluctant: ResponseReceiver {
    private let state = Mutex((count: 0, hasPaused: false))
    var count: Int { state.withLock(\.count) }

    func receive(head: TransportResponse) throws {}
    func receive(bytes: UnsafeRawBufferPointer) throws { state.withLock { $0.count += bytes.count } }

    var pause: ReceiverPause? {
      let isFirst = state.withLock { state in
        defer { state.hasPaused = true }
        return !state.hasPaused
      }
      guard isFirst else { return nil }
      return { _ = try? await Task.sleep(for: .seconds(5)) }
    }
  }

  @Test("T402: an answer that its receiver holds back for long is no fault of the server", .timeLimit(.minutes(10)))
  func heldBack() async throws {
    try await ScriptedServer.run { server in
      server.on("/long") { _ in Reply(200, text: String(repeating: "x", count: 1 << 20)) }
      let transport = AsyncHTTPTransport(Self.settings)
      let receiver = Reluctant()
      let response = try await transport.send(TransportRequest(.GET, try url(server, "/long")), to: receiver)
      #expect(response.status == 200)
      #expect(receiver.count == 1 << 20)
      try await transport.shutdown()
    }
  }

  @Test("T402: one that stops in its middle is given up", .timeLimit(.minutes(10)))
  func stalled() async throws {
    try await ScriptedServer.run { server in
      server.on("/long") { _ in Reply(200, text: String(repeating: "x", count: 1 << 20)).stall(after: 1 << 19) }
      let transport = AsyncHTTPTransport(Self.settings)
      let error = await #expect(throws: TransportError.self) {
        try await transport.send(TransportRequest(.GET, try url(server, "/long")), to: BodyCollector(limit: 1 << 21))
      }
      guard case .stalled = error?.reason else {
        Issue.record("\(String(describing: error))")
        return
      }
      try await transport.shutdown()
    }
  }
}
