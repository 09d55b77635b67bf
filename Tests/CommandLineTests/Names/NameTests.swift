import Glibc
import ScriptedServer
import Testing
import WatchedPrograms

/// The real program with a name server of the test's own, by a resolv.conf that only it sees.
@Suite("Names and addresses", .serialized, .enabled(if: getuid() == 0, "a resolv.conf of its own needs root"))
struct NameTests {
  private let image = ImageFixture(layers: [300_000, 200_000], seed: 74)

  private struct Outcome {
    let code: String
    let errors: String
    let files: [String]
    let duration: Duration
  }

  /// Pulls from `registry.test`, whose addresses the name server tells.
  private func pull(
    port: Int, _ names: ScriptedNameServer, patience: Int = 1, attempts: Int = 1, connections: Int = 2,
    under tracer: String = ""
  ) async throws -> Outcome {
    var outcome: Outcome?
    try await Dray.scene { dray in
      let script = """
        printf 'nameserver \(names.address)\\noptions timeout:\(patience) attempts:\(attempts)\\n' > resolv
        mount --bind resolv /etc/resolv.conf || exit 99
        export DRAY_LANG=en
        \(tracer) '\(Dray.path)' pull --plain-http --connections \(connections) registry.test:\(port)/team/app:1 2> errors > path; echo $?
        cat errors
        [ ! -f trace ] || cat trace
        """
      let begin = ContinuousClock.now
      let text = try await WatchedProgram.run("unshare", ["--mount", "sh", "-c", script], in: dray.folder).output
      outcome = Outcome(
        code: String(text.prefix { $0 != "\n" }), errors: text, files: dray.files,
        duration: ContinuousClock.now - begin)
    }
    return try #require(outcome)
  }

  private func expectPulled(_ outcome: Outcome, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(outcome.code == "0", "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.files.contains("app_1.tar"), sourceLocation: sourceLocation)
  }

  @Test("T074: a name that is not there is not asked for twice; one that has no address says so")
  func noName() async throws {
    for answer in [ScriptedNameServer.Answer.noSuchName, .addresses([])] {
      try await ScriptedNameServer.run(answer) { names in
        let outcome = try await pull(port: 80, names)
        #expect(outcome.code == "10", "\(outcome.errors)")
        #expect(outcome.errors.contains("error[network]"))
        #expect(outcome.errors.contains("registry.test"))
        // One question for each family of addresses.
        #expect(names.questions <= 2)
        #expect(!outcome.files.contains { $0.hasPrefix("app") })
      }
    }
  }

  @Test("T074: a name server that fails, or does not answer, is asked again, and named as the reason in the end")
  func noAnswer() async throws {
    for answer in [ScriptedNameServer.Answer.serverFailure, .silence] {
      try await ScriptedNameServer.run(answer) { names in
        let outcome = try await pull(port: 80, names)
        #expect(outcome.code == "10", "\(outcome.errors)")
        #expect(outcome.errors.contains("registry.test"))
        #expect(outcome.errors.contains("(tried 5 times)"), "\(outcome.errors)")
        #expect(names.questions >= 10)
        #expect(!outcome.files.contains { $0.hasPrefix("app") })
      }
    }
  }

  @Test("T074: an answer that takes five seconds is waited for")
  func slowAnswer() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await ScriptedNameServer.run(.addresses(["127.0.0.1"]), delay: .seconds(5)) { names in
        expectPulled(try await pull(port: server.port, names, patience: 9))
      }
    }
  }

  /// An address that cannot be reached costs far less than the time that one connection may take (10 s).
  private func expectQuick(_ outcome: Outcome, sourceLocation: SourceLocation = #_sourceLocation) {
    expectPulled(outcome, sourceLocation: sourceLocation)
    #expect(outcome.duration < .seconds(6), sourceLocation: sourceLocation)
  }

  @Test("T075: an IPv6 address that swallows packets, beside an IPv4 address that works")
  func blackHole() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      let hole = try BlackHole(host: "::1", port: server.port)
      try await ScriptedNameServer.run(.addresses(["::1", "127.0.0.1"])) { names in
        expectQuick(try await pull(port: server.port, names))
      }
      _ = consume hole
    }
  }

  @Test(
    "F19: an address that swallows packets is remembered: the pull's other connections go to the living one at once")
  func remembered() async throws {
    let image = ImageFixture(layers: Array(repeating: 3_000_000, count: 6), seed: 19)
    try await ScriptedServer.run { server in
      let asked = Gate()
      server.serveManifest(image.manifest)
      server.serve(image.config)
      for layer in image.layers {
        // Three connections are busy at the same time, before one of them is free again.
        server.on("/v2/team/app/blobs/\(layer.digest)") {
          .blob(layer.body, for: $0).hold(after: 1_000, at: asked)
        }
      }
      let hole = try BlackHole(host: "::1", port: server.port)
      try await ScriptedNameServer.run(.addresses(["::1", "127.0.0.1"])) { names in
        let port = server.port
        async let pulled = pull(
          port: port, names, connections: 4, under: "strace -f -qq -yy -e trace=connect -o trace")
        await asked.arrivals(3)
        asked.open()
        let outcome = try await pulled
        expectPulled(outcome)
        // The name system tries addresses, too, without a packet: to see which is the best.
        let lines = outcome.errors.split(separator: "\n").filter {
          $0.contains("htons(\(port))") && $0.contains("<TCP")
        }
        #expect(lines.filter { $0.contains("AF_INET6") }.count == 1, "\(lines.joined(separator: "\n"))")
        #expect(lines.filter { $0.contains("AF_INET,") }.count >= 3, "\(lines.joined(separator: "\n"))")
      }
      _ = consume hole
    }
  }

  @Test("T075: an IPv6 address that refuses")
  func refusedAddress() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await ScriptedNameServer.run(.addresses(["::1", "127.0.0.1"])) { names in
        expectQuick(try await pull(port: server.port, names))
      }
    }
  }

  @Test(
    "T075: one of three IPv4 addresses swallows packets, whichever it is",
    arguments: [("127.0.0.1", "127.0.0.9"), ("127.0.0.9", "127.0.0.1")])
  func threeAddresses(dead: String, alive: String) async throws {
    var configuration = ServerConfiguration()
    configuration.host = alive
    try await ScriptedServer.run([], configuration) { server in
      server.serve(image)
      let hole = try BlackHole(host: dead, port: server.port)
      try await ScriptedNameServer.run(.addresses([dead, alive, "127.0.0.10"])) { names in
        expectQuick(try await pull(port: server.port, names))
      }
      _ = consume hole
    }
  }
}
