import RegistryServer
import ScriptedServer
import Synchronization
import Testing
import Waiting

@Suite("Connections up to the limit and beyond")
struct ConnectionLimitTests {
  /// Answers `/slow` once it is let go on.
  private final class SlowAnswer: RequestHandler {
    let requests = Atomic(0)
    let isOver = Atomic(false)

    func answer(_ request: ServerRequest) async throws -> ServerAnswer? {
      guard request.path == "/slow" else { return nil }
      requests.add(1, ordering: .relaxed)
      while !isOver.load(ordering: .relaxed) { try await Task.sleep(for: .milliseconds(5)) }
      return ServerAnswer(.ok)
    }

    func waitForRequests(_ count: Int) async throws {
      while requests.load(ordering: .relaxed) < count { try await Task.sleep(for: .milliseconds(5)) }
    }
  }

  /// A connection that stays open after what it has sent.
  private final class Client: Sendable {
    private let socket: LoopbackSocket

    init(_ scene: ServerScene, _ text: String = "") throws {
      socket = try LoopbackSocket(port: scene.port)
      try socket.transmit(Array(text.utf8))
    }

    /// What comes next; empty where the connection has ended.
    func received() async throws -> String {
      try await Workers.current.run {
        switch self.socket.receive(atMost: 1 << 10, milliseconds: 20_000) {
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .closed, .reset: ""
        case .nothing: "nothing"
        }
      }
    }

    /// Whether nothing came, and not the end either.
    var isOpen: Bool {
      if case .nothing = socket.receive(atMost: 1 << 10, milliseconds: 0) { true } else { false }
    }
  }

  private func head(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" }

  private func run(
    _ limit: Int, _ handler: SlowAnswer, leastIdleTime: Duration = .zero,
    body: @escaping @Sendable (ServerScene) async throws -> Void
  ) async throws {
    var settings = ServerSettings()
    settings.limits.connections = limit
    settings.limits.leastIdleTime = leastIdleTime
    try await ServerScene.run(settings: settings, handlers: [handler]) { (scene, _) async throws in
      try await body(scene)
    }
  }

  @Test("T338: where a request is under way on every connection, a further one is told to come later")
  func allBusy() async throws {
    let slow = SlowAnswer()
    try await run(2, slow, leastIdleTime: .milliseconds(200)) { scene in
      let busy = try (0..<2).map { _ in try Client(scene, head("/slow")) }
      try await slow.waitForRequests(2)
      // Some that are told so, and do not listen.
      let silent = try (0..<6).map { _ in try Client(scene) }
      for _ in 0..<6 {
        let answer = try await scene.get("/healthz")
        #expect(answer.status == 503)
        #expect(answer.field("Retry-After") == "5")
        #expect(!answer.isCut)
      }
      slow.isOver.store(true, ordering: .relaxed)
      for client in busy { #expect(try await client.received().hasPrefix("HTTP/1.1 200")) }
      withExtendedLifetime(silent) {}
    }
  }

  @Test("T456: the connection that has waited longest for a request makes room for a new one, and no other does")
  func longestIdle() async throws {
    let slow = SlowAnswer()
    try await run(4, slow) { scene in
      let busy = try Client(scene, head("/slow"))
      try await slow.waitForRequests(1)
      let half = try Client(scene, "GET /healthz HTTP/1.1\r\nHo")
      let answered = try Client(scene, head("/healthz"))
      #expect(try await answered.received().hasPrefix("HTTP/1.1 200"))
      let silent = try Client(scene)
      var others: [Client] = []
      for leaving in [half, answered, silent] {
        let other = try Client(scene, head("/healthz"))
        #expect(try await other.received().hasPrefix("HTTP/1.1 200"))
        #expect(try await leaving.received().isEmpty)
        others.append(other)
      }
      #expect(others.allSatisfy(\.isOpen) && busy.isOpen)
      slow.isOver.store(true, ordering: .relaxed)
      #expect(try await busy.received().hasPrefix("HTTP/1.1 200"))
    }
  }
}
