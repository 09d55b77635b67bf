import CLibrary
import Dispatch
import Testing

@testable import RegistryAuth

@Suite("Credential helpers")
struct CredentialHelperTests {
  private func ask(
    _ folder: CredentialFolder, _ server: String = "registry.example:5000", variables: [String: String] = [:]
  ) async throws -> FoundCredential? {
    try await CredentialHelper(name: "test", path: "config.json").get(
      server, environment: folder.environment(variables))
  }

  @Test(
    "What names the helper is told with its line: its own setting, or the common one; of the first file that has it")
  func provenance() async throws {
    try await CredentialFolder.use { folder in
      try folder.helper("test", script: #"echo '{"Username":"me","Secret":"secret-of-me"}'"#)
      try folder.write("{\n}", to: ".config/containers/auth.json")
      let file = try folder.write(
        "{\n \"auths\": {},\n \"credsStore\": \"test\",\n \"credHelpers\": {\n  \"own.example\": \"test\"\n }\n}",
        to: ".docker/config.json")
      let chain = CredentialChain.standard(registries: [], environment: folder.environment())
      for (registry, line) in [("own.example", 5), ("other.example", 3), ("docker.io", 3)] {
        let query = CredentialQuery(registry)
        let found = try #require(try await chain.credential(for: query))
        #expect(chain.provenance(of: found.origin, for: query) == .file(path: file, line: line), "\(registry)")
      }
      let given = FoundCredential(.named("me"), from: .commandLine)
      let fixed = CredentialChain.standard(
        commandLine: given, registries: ["own.example"], environment: folder.environment())
      #expect(fixed.provenance(of: .commandLine, for: CredentialQuery("own.example")) == nil)
    }
  }

  @Test("a helper is asked by the protocol, without a shell, and told nothing of dray's own secrets")
  func conversation() async throws {
    try await CredentialFolder.use { folder in
      try folder.helper(
        "test",
        script: """
          echo "$#:$1:$GREETING:$DRAY_USERNAME$DRAY_PASSWORD" > "$HOME/call"
          cat > "$HOME/input"
          printf '%s' '{"ServerURL":"registry.example:5000","Username":"robot$ci","Secret":"a\\nb"}'
          """)
      let variables = ["GREETING": "$(touch nothing)", "DRAY_USERNAME": "me", "DRAY_PASSWORD": "canary"]
      let found = try await ask(folder, variables: variables)
      #expect(found?.credential == .password(username: "robot$ci", password: "a\nb"))
      #expect(found?.origin == .helper(name: "test", key: "registry.example:5000"))
      #expect(try folder.text(of: "call") == "1:get:$(touch nothing):\n")
      #expect(try folder.text(of: "input") == "registry.example:5000\n")
    }
  }

  @Test("a helper may give an identity token, and need not repeat the registry")
  func identityToken() async throws {
    try await CredentialFolder.use { folder in
      try folder.helper("test", script: #"echo '{"Username":"<token>","Secret":"refresh"}'"#)
      #expect(try await ask(folder)?.credential == .identityToken("refresh"))
    }
  }

  @Test(
    "a helper that knows nothing is no error",
    arguments: [
      "echo 'credentials not found in native keychain'; exit 1",
      "printf 'credentials not found in native keychain'; exit 2",
      #"echo '{"ServerURL":"","Username":"","Secret":""}'"#,
    ])
  func unknown(script: String) async throws {
    try await CredentialFolder.use { folder in
      try folder.helper("test", script: script)
      #expect(try await ask(folder) == nil)
    }
  }

  @Test("Docker Hub is asked for by its old key")
  func dockerHub() async throws {
    try await CredentialFolder.use { folder in
      try folder.helper("test", script: #"read s; echo "{\"ServerURL\":\"$s\",\"Username\":\"u\",\"Secret\":\"p\"}""#)
      let found = try await ask(folder, "https://index.docker.io/v1/")
      #expect(found?.credential == .password(username: "u", password: "p"))
    }
  }

  @Test(
    "T035: a helper that fails is an error that names it",
    arguments: [
      ("exit 1", .helperFailed(name: "test", .exited(code: 1))),
      ("echo 'the key ring is locked'; exit 3", .helperFailed(name: "test", .exited(code: 3))),
      ("echo 'no: credentials not found in native keychain'; exit 1", .helperFailed(name: "test", .exited(code: 1))),
      ("kill -9 $$", .helperFailed(name: "test", .signaled(9))),
      ("echo garbage", .helperAnswer(name: "test")),
      ("true", .helperAnswer(name: "test")),
      (#"echo '{"Username":"u"}'"#, .helperAnswer(name: "test")),
      (#"echo '{"Username":"u","Secret":""}'"#, .helperAnswer(name: "test")),
      (#"echo '{"Username":"u","Secret":"p"}{}'"#, .helperAnswer(name: "test")),
      (
        #"echo '{"ServerURL":"registry.example","Username":"u","Secret":"p"}'"#, .helperAnswer(name: "test")
      ),
      (
        #"echo '{"ServerURL":"registry.example:5000.evil.test","Username":"u","Secret":"p"}'"#,
        .helperAnswer(name: "test")
      ),
      ("head -c 10485760 /dev/zero | tr '\\0' x", .helperAnswer(name: "test")),
    ] as [(String, CredentialError)])
  func failures(script: String, error: CredentialError) async throws {
    try await CredentialFolder.use { folder in
      try folder.helper("test", script: script)
      await #expect(throws: error) { try await ask(folder) }
      #expect(error.failureClass == .authentication)
    }
  }

  @Test("T035: a helper that hangs is ended after its time")
  func hangs() async throws {
    try await CredentialFolder.use { folder in
      try folder.helper("test", script: "sleep 600")
      var helper = try CredentialHelper(name: "test", path: "config.json")
      #expect(helper.timeLimit == .seconds(10))
      helper.timeLimit = .milliseconds(100)
      await #expect(throws: CredentialError.helperTimedOut(name: "test", seconds: 0)) {
        try await helper.get("registry.example", environment: folder.environment())
      }
    }
  }

  @Test("T035: a helper is ended with everything that it started")
  func endsDescendants() async throws {
    try await CredentialFolder.use { folder in
      try #require(mkfifo("\(folder.path)/alive", 0o600) == 0)
      let pipe = open("\(folder.path)/alive", O_RDONLY | O_NONBLOCK)
      try #require(pipe >= 0)
      defer { close(pipe) }
      // The grandchild holds the pipe open as long as it lives.
      try folder.helper("test", script: #"exec 3> "$HOME/alive"; sleep 600 & echo >&3; wait"#)
      let asking = Task { try await ask(folder) }
      try #require(await Self.hasEvent(POLLIN, on: pipe))
      asking.cancel()
      await #expect(throws: (any Error).self) { try await asking.value }
      #expect(await Self.hasEvent(POLLHUP, on: pipe), "the helper's child lives on")
    }
  }

  private static func hasEvent(_ event: some BinaryInteger, on descriptor: CInt) async -> Bool {
    let event = Int16(event)
    return await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        var entry = pollfd(fd: descriptor, events: event, revents: 0)
        continuation.resume(returning: poll(&entry, 1, 20_000) == 1 && entry.revents & event != 0)
      }
    }
  }

  @Test("a helper that does not read its input breaks nothing", arguments: 0..<20)
  func deaf(round: Int) async throws {
    try await CredentialFolder.use { folder in
      try folder.helper("test", script: #"exec 0<&-; echo '{"Username":"u","Secret":"p"}'"#)
      #expect(try await ask(folder)?.credential == .password(username: "u", password: "p"))
    }
  }

  @Test("T035: a helper that is not there, or may not run, is an error that names it")
  func missing() async throws {
    try await CredentialFolder.use { folder in
      await #expect(throws: CredentialError.helperMissing(name: "test", path: "config.json", line: nil)) {
        try await ask(folder)
      }
      try folder.write("#!/bin/sh\n", to: "docker-credential-test", mode: 0o600)
      await #expect(throws: CredentialError.self) { try await ask(folder) }
    }
  }

  @Test(
    "T035: what is no name of a helper starts nothing",
    arguments: ["", "../test", "a/b", "a b", "a;b", "$(id)", "-\n", "é", "a\0"])
  func names(name: String) {
    #expect(throws: CredentialError.malformedHelperName(path: "config.json", line: nil, name: name)) {
      try CredentialHelper(name: name, path: "config.json")
    }
  }

  @Test(
    "T036: nothing but a host reaches a helper",
    arguments: [
      "", "a\nb", "a%0ab", "a b", "a@b", "a\\b", "a#b", "a%2fb", "a/b", "https://a", "https://index.docker.io/v1/\n",
      "é.io",
    ])
  func hosts(host: String) async throws {
    try await CredentialFolder.use { folder in
      try folder.helper("test", script: #"touch "$HOME/called""#)
      await #expect(throws: CredentialError.malformedHost(host)) { try await ask(folder, host) }
      #expect(!folder.exists("called"))
    }
  }
}
