import ImageModel
import SeededRandom
import Testing

@testable import RegistryAuth

@Suite("Files of credentials")
struct CredentialFileTests {
  private func credential(
    _ content: String, for query: CredentialQuery, helpers: [String: String] = [:]
  ) async throws -> FoundCredential? {
    try await CredentialFolder.use { folder in
      for (name, script) in helpers { try folder.helper(name, script: script) }
      let path = try folder.write(content, to: "config.json")
      let found = try await DockerConfigurationFile(path: path, environment: folder.environment()).credential(
        for: query)
      if case .file(let origin, _) = found?.origin { #expect(origin == path) }
      return found
    }
  }

  @Test(
    "every form in which a credential is stored",
    arguments: [
      (#"{"auth":"dTpwOnc="}"#, .password(username: "u", password: "p:w")),
      (#"{"auth":"dTpw\ndw=="}"#, .password(username: "u", password: "pw")),
      (#"{"auth":"dTpwAAA="}"#, .password(username: "u", password: "p")),
      (#"{"auth":"dTo="}"#, .password(username: "u", password: "")),
      (#"{"username":"u","password":"p"}"#, .password(username: "u", password: "p")),
      (#"{"auth":"dTpw","identitytoken":"refresh"}"#, .identityToken("refresh")),
      (#"{"registrytoken":"bearer","email":null}"#, .registryToken("bearer")),
      ("{}", nil), ("null", nil), (#"{"auth":""}"#, nil), (#"{"username":"","password":"p"}"#, nil),
    ] as [(String, Credential?)])
  func forms(entry: String, expected: Credential?) async throws {
    let content = #"{"auths":{"registry.example":\#(entry)},"HttpHeaders":{"a":"b"},"psFormat":1}"#
    #expect(try await credential(content, for: CredentialQuery("registry.example"))?.credential == expected)
  }

  @Test(
    "T034: a key is for the registry that it names, and for no other",
    arguments: [
      ("registry.example", "registry.example", true), ("https://registry.example", "registry.example", true),
      ("https://registry.example/v1/", "registry.example", true),
      ("http://registry.example/v2/", "registry.example", true),
      ("registry.example/", "registry.example", true), ("registry.example:5000", "registry.example:5000", true),
      ("https://index.docker.io/v1/", "docker.io", true), ("index.docker.io", "docker.io", true),
      ("docker.io", "docker.io", true), ("registry-1.docker.io", "docker.io", true),
      ("https://registry-1.docker.io/v2/", "docker.io", true),
      ("registry.example", "registry.example:5000", false), ("registry.example:5000", "registry.example", false),
      ("registry.example", "registry.example.evil.test", false), ("registry.example", "x.registry.example", false),
      ("registry.example", "xregistry.example", false), ("example", "registry.example", false),
      ("x.registry.example", "registry.example", false), ("https://registry.example/other/", "registry.example", false),
      ("evil.test/registry.example", "registry.example", false), ("docker.io", "mirror.docker.io", false),
      ("hub.docker.com", "docker.io", false), ("*", "registry.example", false), ("", "registry.example", false),
    ])
  func keys(key: String, registry: String, matches: Bool) async throws {
    let content = #"{"auths":{"\#(key)":\#(entry("me"))}}"#
    let found = try await credential(content, for: CredentialQuery(registry))
    #expect(found?.credential == (matches ? .named("me") : nil))
  }

  @Test(
    "the longest path counts, by whole segments",
    arguments: [
      ("registry.example", "team/app/sub", "deep"), ("registry.example", "team/app", "deep"),
      ("registry.example", "team/apple", "team"), ("registry.example", "teams/app", "host"),
      ("registry.example", "other", "host"), ("registry.example:5000", "team/app", nil),
    ])
  func paths(registry: String, repository: String, name: String?) async throws {
    let content = """
      {"auths":{"registry.example":\(entry("host")),"registry.example/team":\(entry("team")),
      "registry.example/team/app":\(entry("deep")),"https://registry.example/v1/":\(entry("old"))}}
      """
    let found = try await credential(content, for: CredentialQuery(registry, repository))
    #expect(found?.credential == name.map { .named($0) })
  }

  @Test(
    "an entry without a login hides none under an old key of the same registry",
    arguments: ["{}", #"{"auth":""}"#, #"{"email":"a@b.c"}"#, "null"])
  func emptyEntry(_ empty: String) async throws {
    let old = entry("old")
    for (registry, plain, key) in [
      ("registry.example", "registry.example", "https://registry.example/v1/"),
      ("registry.example:5000", "registry.example:5000", "http://registry.example:5000"),
      ("docker.io", "docker.io", "https://index.docker.io/v1/"),
    ] {
      for content in [#""\#(plain)":\#(empty),"\#(key)":\#(old)"#, #""\#(key)":\#(old),"\#(plain)":\#(empty)"#] {
        let found = try await credential(#"{"auths":{\#(content)}}"#, for: CredentialQuery(registry))
        #expect(found?.credential == .named("old"), "\(content)")
        guard case .file(_, key) = found?.origin else {
          Issue.record("the entry that has it is named: \(content)")
          continue
        }
      }
      let both = #"{"auths":{"\#(plain)":\#(entry("new")),"\#(key)":\#(old)}}"#
      let found = try await credential(both, for: CredentialQuery(registry))
      #expect(found?.credential == .named(registry == "docker.io" ? "old" : "new"))
    }
  }

  @Test("of two old keys of one registry the encrypted one counts, whatever their order")
  func oldKeys() async throws {
    let entries = [#""http://registry.example":\#(entry("plain"))"#, #""https://registry.example":\#(entry("tls"))"#]
    for order in [entries, entries.reversed()] {
      let content = #"{"auths":{\#(order.joined(separator: ","))}}"#
      #expect(try await credential(content, for: CredentialQuery("registry.example"))?.credential == .named("tls"))
    }
  }

  @Test("a registry's own helper is asked before the common store, and the file's entries come last")
  func helpers() async throws {
    let answer = { (name: String) in #"echo '{"Username":"\#(name)","Secret":"secret-of-\#(name)"}'"# }
    let none = "echo 'credentials not found in native keychain'; exit 1"
    let content = """
      {"credHelpers":{"own.example":"own","off.example":""},"credsStore":"store",
      "auths":{"own.example":\(entry("file")),"off.example":\(entry("file")),"other.example/team":\(entry("path"))}}
      """
    let both = ["own": answer("own"), "store": answer("store")]
    #expect(
      try await credential(content, for: CredentialQuery("own.example"), helpers: both)?.credential == .named("own"))
    #expect(
      try await credential(content, for: CredentialQuery("some.example"), helpers: both)?.credential == .named("store"))
    #expect(
      try await credential(content, for: CredentialQuery("off.example"), helpers: both)?.credential == .named("file"))
    #expect(
      try await credential(content, for: CredentialQuery("other.example"), helpers: both)?.credential == .named("path"))
    let empty = ["own": none, "store": answer("store")]
    #expect(
      try await credential(content, for: CredentialQuery("own.example"), helpers: empty)?.credential == .named("file"))
  }

  @Test("T035: a failing helper is not passed over for the file's entry")
  func failingHelper() async throws {
    let content = #"{"credsStore":"broken","auths":{"registry.example":\#(entry("file"))}}"#
    await #expect(throws: CredentialError.helperFailed(name: "broken", .exited(code: 1))) {
      try await credential(content, for: CredentialQuery("registry.example"), helpers: ["broken": "exit 1"])
    }
    await #expect(throws: CredentialError.self) {
      try await credential(content, for: CredentialQuery("registry.example"))
    }
  }

  @Test("an empty file, and one without credentials, know nothing", arguments: ["", " \n", "{}", #"{"auths":null}"#])
  func empty(content: String) async throws {
    #expect(try await credential(content, for: CredentialQuery("registry.example")) == nil)
  }

  @Test(
    "T171, T172: what is not of the form is an error that names the file and the place",
    arguments: [
      ("[]", 1, 1, nil), ("{", 1, 2, nil), ("auths", 1, 1, "a"), ("{\n  \"auths\":[]}", 2, 3, nil),
      ("{\n\"auths\": {\n  \"é\": {},\n}}", 4, 1, "}"), ("{\"credsStore\":\n5}", 1, 2, nil),
      ("{\"auths\":{}} x", 1, 14, "x"), ("{\u{201c}auths\u{201d}:{}}", 1, 2, "\u{201c}"),
      (String(repeating: #"{"a":"#, count: 100_000), 1, 1, nil),
    ] as [(String, Int, Int, String?)])
  func malformed(content: String, line: Int, column: Int, found: String?) async throws {
    try await CredentialFolder.use { folder in
      let path = try folder.write(content, to: "config.json")
      let error = await #expect(throws: CredentialError.self) {
        try await DockerConfigurationFile(path: path).credential(for: CredentialQuery("registry.example"))
      }
      #expect(error == .malformedFile(path: path, place: TextPlace(line: line, column: column), found: found))
      #expect(error?.failureClass == .authentication)
    }
  }

  @Test(
    "T171: an entry that holds no login is named with its line, where it is wanted and only there",
    arguments: [
      #"{"auth":1}"#, #"{"auth":"***"}"#, #"{"auth":"bm9jb2xvbg=="}"#, #"{"auth":"OnA="}"#, #"{"auth":"/zr/"}"#, "[]",
      #""u:p""#, #"{"auth":"dTpwd"}"#, #"{"identitytoken":{}}"#,
    ])
  func malformedEntry(entry wrong: String) async throws {
    try await CredentialFolder.use { folder in
      let text = "{\"auths\":{\n\"registry.example\":\(wrong),\n\"other.example\":\(entry("me"))}}"
      let path = try folder.write(text, to: "config.json")
      let error = await #expect(throws: CredentialError.self) {
        try await DockerConfigurationFile(path: path).credential(for: CredentialQuery("registry.example"))
      }
      #expect(error == .malformedEntry(path: path, line: 2, key: "registry.example"))
      #expect(error?.failureClass == .authentication)
      let other = try await DockerConfigurationFile(path: path).credential(for: CredentialQuery("other.example"))
      #expect(other?.credential == .named("me"))
    }
  }

  @Test(
    "T172: what Go's JSON reads is read: marks, names twice, other letters, half characters elsewhere; and base64 unpadded",
    arguments: [
      "\u{feff}{\"auths\":{\"registry.example\":{\"auth\":\"dTpw\"}}}",
      #"{"auths":{"registry.example":{"auth":"dTp3cm9uZw=="},"registry.example":{"auth":"dTpw"}}}"#,
      #"{"auths":{"registry.example":{"auth":"dTpw"}},"auths":{"other.example":{"auth":"eDp5"}}}"#,
      #"{"auths":{"registry.example":{"auth":"eDp5","auth":"dTpw"}},"psFormat":1,"psFormat":2}"#,
      #"{"Auths":{"registry.example":{"AUTH":"dTpw"}},"credsstore":""}"#,
      #"{"auths":{"registry.example":{"auth":"dTpw"},"x":null,"y":{"auth":7}}}"#,
    ])
  func leniency(content: String) async throws {
    let found = try await credential(content, for: CredentialQuery("registry.example"))
    #expect(found?.credential == .password(username: "u", password: "p"))
  }

  @Test("T172: base64 without its padding is read", arguments: ["dTpwdw", "dTpwdw=", "dTpwdw=="])
  func unpadded(auth: String) async throws {
    let content = #"{"auths":{"registry.example":{"auth":"\#(auth)"}}}"#
    if auth.hasSuffix("w=") {
      await #expect(throws: CredentialError.self) {
        try await credential(content, for: CredentialQuery("registry.example"))
      }
    } else {
      let found = try await credential(content, for: CredentialQuery("registry.example"))
      #expect(found?.credential == .password(username: "u", password: "pw"))
    }
  }

  @Test("T171: a helper that is gone is named with the file and the line that set it")
  func missingHelper() async throws {
    try await CredentialFolder.use { folder in
      let path = try folder.write(
        "{\n  \"credHelpers\": {\n \"r.example\": \"gone\" },\n \"credsStore\": \"desktop\"}", to: "c.json")
      let file = DockerConfigurationFile(path: path, environment: folder.environment())
      for (registry, name, line) in [("r.example", "gone", 3), ("s.example", "desktop", 4)] {
        await #expect(throws: CredentialError.helperMissing(name: name, path: path, line: line)) {
          try await file.credential(for: CredentialQuery(registry))
        }
      }
    }
  }

  @Test("a broken entry of another registry does no harm")
  func otherEntry() async throws {
    let content = #"{"auths":{"broken.example":{"auth":"***"},"registry.example":\#(entry("me"))}}"#
    #expect(try await credential(content, for: CredentialQuery("registry.example"))?.credential == .named("me"))
  }

  @Test("a file that is there and cannot be read is an error of this machine")
  func unreadable() async throws {
    try await CredentialFolder.use { folder in
      // A folder cannot be read as a file, whoever asks; the tests may run as root.
      try folder.write("", to: "config.json/inside")
      let error = await #expect(throws: CredentialError.self) {
        try await DockerConfigurationFile(path: "\(folder.path)/config.json").credential(for: CredentialQuery("a"))
      }
      #expect(error?.failureClass == .localIO)
      let long = try folder.write(String(repeating: " ", count: 9 << 20), to: "long.json")
      let other = await #expect(throws: CredentialError.self) {
        try await DockerConfigurationFile(path: long).credential(for: CredentialQuery("a"))
      }
      #expect(other?.failureClass == .localIO)
    }
  }

  @Test("T098: random files are read or refused", arguments: 0..<2 as Range<UInt64>)
  func random(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let good = Array(
      #"{"auths":{"https://a.b/v1/":{"auth":"dTpw"},"a.b/c":{"identitytoken":"x"}},"credHelpers":{"a.b":"x"}}"#.utf8)
    let keys = CredentialKeys(CredentialQuery("a.b", "c/d"))
    for _ in 0..<20_000 {
      let content = try? CredentialFileContent(parsing: random.mutation(of: good, count: 4))
      _ = content?.helper(keys)
      _ = try? content?.stored(under: keys.paths + keys.hosts, path: "")
    }
  }
}
