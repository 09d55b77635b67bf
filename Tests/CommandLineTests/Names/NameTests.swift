import CLibrary
import ScriptedServer
import Testing
import WatchedPrograms

/// The real program with a name server of the test's own, by a resolv.conf that only it sees.
@Suite("Names and addresses", .serialized, .enabled(if: getuid() == 0, "needs root, for a resolv.conf of its own"))
struct NameTests {
  private let image = ImageFixture(layers: [300_000, 200_000], seed: 74)

  private struct Outcome {
    let code: String
    let errors: String
    let files: [String]
    /// The connects of TCP to the registry's port, in their order: the address and what became of it.
    let connects: [(address: String, result: String)]
  }

  /// Pulls from `registry.test`, whose addresses the name server tells.
  private func pull(
    port: Int, _ names: ScriptedNameServer, patience: Int = 1, attempts: Int = 1, connections: Int = 2,
    options: String = "", isTraced: Bool = false
  ) async throws -> Outcome {
    var outcome: Outcome?
    try await Dray.scene { dray in
      let script = """
        printf 'nameserver \(names.address)\\noptions timeout:\(patience) attempts:\(attempts)\\n' > resolv
        mount --bind resolv /etc/resolv.conf || exit 99
        export DRAY_LANG=en
        \(isTraced ? Self.tracer : "") '\(Dray.path)' pull --plain-http \(options) --connections \(connections) registry.test:\(port)/team/app:1 2> errors > path; echo $?
        cat errors
        [ ! -f trace ] || cat trace
        """
      let text = try await WatchedProgram.run("unshare", ["--mount", "sh", "-c", script], in: dray.folder).output
      outcome = Outcome(
        code: String(text.prefix { $0 != "\n" }), errors: text, files: dray.files,
        connects: ConnectTrace(text, port: port).connects)
    }
    return try #require(outcome)
  }

  private static let tracer = "strace -f -qq -yy -e trace=connect,getsockopt -o trace"

  private func expectPulled(_ outcome: Outcome, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(outcome.code == "0", "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.files.contains("app_1.tar"), sourceLocation: sourceLocation)
  }

  @Test("T074: a name that is not there and one without an address: each says so, and is not asked for twice")
  func noName() async throws {
    let answers = [
      (ScriptedNameServer.Answer.noSuchName, "the host 'registry.test' was not found"),
      (.addresses([]), "the host 'registry.test' has no address"),
    ]
    for (answer, words) in answers {
      try await ScriptedNameServer.run(answer) { names in
        let outcome = try await pull(port: 80, names)
        #expect(outcome.code == "10", "\(outcome.errors)")
        #expect(outcome.errors.contains("error[network]"))
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        // One question for each family of addresses.
        #expect(names.questions <= 2)
        #expect(!outcome.files.contains { $0.hasPrefix("app") })
      }
    }
  }

  @Test(
    "T074: a name server that fails, refuses or does not answer is asked again, and its reason told in the end",
    arguments: [
      (ScriptedNameServer.Answer.serverFailure, "reported a failure (SERVFAIL)"),
      (.refusal, "refused to answer (REFUSED)"), (.silence, "did not answer within 2 s"),
    ])
  func noAnswer(answer: ScriptedNameServer.Answer, words: String) async throws {
    try await ScriptedNameServer.run(answer) { names in
      let outcome = try await pull(port: 80, names)
      #expect(outcome.code == "10", "\(outcome.errors)")
      #expect(outcome.errors.contains("error[network]"))
      #expect(
        outcome.errors.contains(
          "the name 'registry.test' could not be resolved: the name server \(names.address) \(words) (tried 5 times)"),
        "\(outcome.errors)")
      #expect(names.questions >= 10)
      #expect(!outcome.files.contains { $0.hasPrefix("app") })
    }
  }

  @Test("T074: nobody listens at the name server's address")
  func noNameServer() async throws {
    var gone = ""
    try await ScriptedNameServer.run(.silence) { gone = $0.address }
    let text = try await doctor("nameserver \(gone)")
    #expect(text.contains("the name server \(gone) cannot be reached: Connection refused"), "\(text)")
  }

  @Test("T074: dray doctor tells of each name server what it did")
  func eachNameServer() async throws {
    try await ScriptedNameServer.run(.serverFailure) { failing in
      try await ScriptedNameServer.run(.silence) { silent in
        let text = try await doctor("nameserver \(silent.address)\nnameserver \(failing.address)")
        #expect(text.hasPrefix("10\n"))
        #expect(
          text.contains(
            "fail  name       the name 'registry.test' could not be resolved: the name server \(silent.address) did not answer within 2 s; the name server \(failing.address) reported a failure (SERVFAIL)"
          ), "\(text)")
      }
    }
  }

  @Test("T074: the name of a proxy, looked up in vain, tells the name server's reason, too")
  func proxyName() async throws {
    try await ScriptedNameServer.run(.serverFailure) { names in
      let text = try await doctor("nameserver \(names.address)", options: "--proxy http://proxy.test:3128")
      #expect(text.hasPrefix("15\n"), "\(text)")
      #expect(
        text.contains("its name could not be resolved: the name server \(names.address) reported a failure"),
        "\(text)")
    }
  }

  /// The exit code and the words of `dray doctor registry.test`.
  private func doctor(_ servers: String, options: String = "") async throws -> String {
    var text = ""
    try await Dray.scene { dray in
      let script = """
        printf '\(servers)\\noptions timeout:1 attempts:1\\n' > resolv
        mount --bind resolv /etc/resolv.conf || exit 99
        export DRAY_LANG=en
        '\(Dray.path)' doctor --plain-http \(options) registry.test > out 2>&1; echo $?
        cat out
        """
      text = try await WatchedProgram.run("unshare", ["--mount", "sh", "-c", script], in: dray.folder).output
    }
    return text
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

  /// A connection may take so long here that waiting for one would end in the system's own ETIMEDOUT.
  private static let patientOptions = "--connect-timeout 600"

  /// The living address is connected to while the dead one has said nothing, and the dead one is left alone from then on.
  private func expectNoWait(
    for dead: String, beside living: String, _ outcome: Outcome, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectPulled(outcome, sourceLocation: sourceLocation)
    let order = outcome.connects.map(\.address)
    #expect(order.contains(living), "\(outcome.connects)", sourceLocation: sourceLocation)
    #expect(order.count { $0 == dead } <= 1, "\(outcome.connects)", sourceLocation: sourceLocation)
    let silent = outcome.connects.filter { $0.address == dead }
    #expect(
      silent.allSatisfy { $0.result.contains("EINPROGRESS") }, "\(outcome.connects)", sourceLocation: sourceLocation)
    #expect(!outcome.errors.contains("ETIMEDOUT"), "\(outcome.errors)", sourceLocation: sourceLocation)
  }

  @Test(
    "T075: an IPv6 address that swallows packets is asked first, and the IPv4 address that works is not kept waiting")
  func blackHole() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      let hole = try BlackHole(host: "::1", port: server.port)
      try await ScriptedNameServer.run(.addresses(["::1", "127.0.0.1"])) { names in
        let outcome = try await pull(
          port: server.port, names, options: Self.patientOptions, isTraced: true)
        expectNoWait(for: "::1", beside: "127.0.0.1", outcome)
        #expect(outcome.connects.first?.address == "::1", "\(outcome.connects)")
      }
      _ = consume hole
    }
  }

  @Test("A connect during which strace tells of another thread counts once, where it began")
  func unfinishedConnect() {
    let trace = """
      7 connect(9<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16 <unfinished ...>
      8 connect(10<TCP:[2]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.2")}, 16) = 0
      7 <... connect resumed>)            = -1 EINPROGRESS (Operation now in progress)
      8 connect(11<UDP:[3]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.3")}, 16) = 0
      8 connect(12<TCP:[4]>, {sa_family=AF_INET, sin_port=htons(81), sin_addr=inet_addr("127.0.0.4")}, 16) = 0
      """
    let connects = ConnectTrace(trace, port: 80).connects
    #expect(connects.map(\.address) == ["127.0.0.1", "127.0.0.2"])
    #expect(connects.map(\.result) == ["-1 EINPROGRESS (Operation now in progress)", "0"])
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
          port: port, names, connections: 4, isTraced: true)
        await asked.arrivals(3)
        asked.open()
        let outcome = try await pulled
        expectPulled(outcome)
        #expect(outcome.connects.count { $0.address == "::1" } == 1, "\(outcome.connects)")
        #expect(outcome.connects.count { $0.address == "127.0.0.1" } >= 3, "\(outcome.connects)")
      }
      _ = consume hole
    }
  }

  @Test("T075: an IPv6 address that refuses")
  func refusedAddress() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await ScriptedNameServer.run(.addresses(["::1", "127.0.0.1"])) { names in
        let outcome = try await pull(
          port: server.port, names, options: Self.patientOptions, isTraced: true)
        expectPulled(outcome)
        #expect(outcome.connects.first?.address == "::1", "\(outcome.connects)")
        #expect(outcome.connects.count { $0.address == "127.0.0.1" } >= 1, "\(outcome.connects)")
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
        let outcome = try await pull(
          port: server.port, names, options: Self.patientOptions, isTraced: true)
        expectNoWait(for: dead, beside: alive, outcome)
      }
      _ = consume hole
    }
  }
}
