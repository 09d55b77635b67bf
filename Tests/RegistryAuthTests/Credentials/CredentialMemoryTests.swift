import ManualClocks
import Testing

@testable import RegistryAuth

@Suite("Credentials asked for once")
struct CredentialMemoryTests {
  private static let registry = "registry.example"

  /// Uses a memory of the standard places, with a helper for all registries that counts how often it is run.
  private func use(
    lifetime: Duration? = nil, auths: String = "",
    helper: String = #"echo '{"Username":"me","Secret":"secret-of-me"}'"#,
    _ body: (CredentialMemory, ManualClock, _ runs: () throws -> Int) async throws -> Void
  ) async throws {
    try await CredentialFolder.use { folder in
      try folder.helper("test", script: "cat >> \"$HOME/runs\"; sleep 0.1; \(helper)")
      try folder.write(#"{"auths":{\#(auths)},"credsStore":"test"}"#, to: ".docker/config.json")
      let chain = CredentialChain.standard(registries: [], environment: folder.environment())
      let clock = ManualClock()
      try await body(CredentialMemory(chain, clock: clock, lifetime: lifetime), clock) {
        folder.exists("runs") ? try folder.text(of: "runs").split(separator: "\n").count : 0
      }
    }
  }

  @Test("T186: a helper is run once for a registry, whatever its repositories and however many ask at a time")
  func oncePerRegistry() async throws {
    try await use { memory, _, runs in
      try await withThrowingTaskGroup(of: Credential?.self) { group in
        for number in 0..<16 {
          group.addTask {
            try await memory.credential(for: CredentialQuery(Self.registry, "team\(number % 4)/app\(number)"))?
              .credential
          }
        }
        for try await found in group { #expect(found == .named("me")) }
      }
      #expect(try runs() == 1)
      _ = try await memory.credential(for: CredentialQuery("other.example"))
      #expect(try runs() == 2, "another registry may have another account")
    }
  }

  @Test("T186: entries for a repository or a folder are told apart, and the helper is run for the rest, once")
  func paths() async throws {
    let auths = #""\#(Self.registry)/team":\#(entry("team")),"\#(Self.registry)/team/app":\#(entry("app"))"#
    try await use(auths: auths) { memory, _, runs in
      for (repository, name) in [
        ("team/app", "app"), ("team/other", "team"), ("team/app/deep", "app"), ("teams/app", "me"), ("solo", "me"),
      ] {
        for _ in 0..<2 {
          let found = try await memory.credential(for: CredentialQuery(Self.registry, repository))
          #expect(found?.credential == .named(name), "\(repository)")
        }
      }
      #expect(try runs() == 1)
    }
  }

  @Test("T186: a helper that knows nothing, or fails, is run once as well", arguments: [true, false])
  func noAnswer(fails: Bool) async throws {
    let helper = fails ? "exit 3" : "echo '\(CredentialHelper.notFound)'; exit 1"
    try await use(helper: helper) { memory, _, runs in
      for number in 0..<3 {
        let query = CredentialQuery(Self.registry, "team/app\(number)")
        if fails {
          await #expect(throws: CredentialError.helperFailed(name: "test", .exited(code: 3))) {
            try await memory.credential(for: query)
          }
        } else {
          let found = try await memory.credential(for: query)
          #expect(found == nil)
        }
      }
      #expect(try runs() == 1)
    }
  }

  @Test("T186: it is run again once it is told to be, or once the answer's time is over")
  func again() async throws {
    try await use(lifetime: .seconds(300)) { memory, clock, runs in
      _ = try await memory.credential(for: CredentialQuery(Self.registry, "a/b"))
      clock.advance(by: .seconds(299))
      _ = try await memory.credential(for: CredentialQuery(Self.registry, "a/c"))
      #expect(try runs() == 1)
      clock.advance(by: .seconds(1))
      _ = try await memory.credential(for: CredentialQuery(Self.registry, "a/b"))
      #expect(try runs() == 2)
      memory.forget(CredentialQuery(Self.registry, "a/d"))
      _ = try await memory.credential(for: CredentialQuery(Self.registry, "a/b"))
      #expect(try runs() == 3)
    }
  }
}
