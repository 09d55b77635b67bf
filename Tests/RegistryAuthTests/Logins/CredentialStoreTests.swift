import FoundationEssentials
import ImageModel
import Testing

@testable import FileAccess
@testable import MachineConfiguration
@testable import RegistryAuth

@Suite("Keeping logins")
struct CredentialStoreTests {
  private static let session = "run/containers/auth.json"
  private static let lasting = ".config/containers/auth.json"
  private static let docker = ".docker/config.json"

  private func store(_ folder: CredentialFolder, _ variables: [String: String] = [:]) -> CredentialStore {
    CredentialStore(environment: folder.environment(variables))
  }

  private func found(
    _ folder: CredentialFolder, _ registry: String, _ repository: String = "team/app",
    _ variables: [String: String] = [:]
  ) async throws -> FoundCredential? {
    try await CredentialChain.standard(registries: [], environment: folder.environment(variables))
      .credential(for: CredentialQuery(registry, repository))
  }

  /// What is there before, and where a login for `registry.example` goes.
  private static let places: [(before: [String: String], variables: [String: String], file: String)] = [
    ([:], [:], session),
    ([:], ["XDG_RUNTIME_DIR": ""], lasting),
    ([lasting: "{}"], [:], lasting),
    ([docker: "{}"], [:], docker),
    ([docker: "{}", lasting: "{}"], [:], lasting),
    ([docker: "{}", session: "{}"], [:], session),
    ([docker: #"{"auths":{"registry.example":\#(entry("old"))}}"#, session: "{}"], [:], docker),
    ([docker: #"{"auths":{"other.example":\#(entry("old"))}}"#, session: "{}"], [:], session),
    ([lasting: #"{"auths":{"registry.example":\#(entry("old"))}}"#, session: "{}"], [:], lasting),
    ([docker: #"{"auths":{"registry.example":{"auth":"broken"}}}"#, session: "{}"], [:], docker),
    ([lasting: "{}"], ["REGISTRY_AUTH_FILE": "HOME/named.json"], "named.json"),
  ]

  @Test("a login goes where the lookup finds it first", arguments: places.indices)
  func place(index: Int) async throws {
    let (before, variables, file) = Self.places[index]
    try await CredentialFolder.use { folder in
      for (name, text) in before { try folder.write(text, to: name) }
      let variables = variables.mapValues { $0.replacing("HOME", with: folder.path) }
      let login = try LoginName(parsing: "registry.example")
      let origin = try await store(folder, variables).store(username: "me", password: "secret-of-me", for: login)
      #expect(origin == .file(path: "\(folder.path)/\(file)", key: "registry.example"))
      let found = try await found(folder, "registry.example", "team/app", variables)
      #expect(found == FoundCredential(.named("me"), from: origin))
      #expect(try folder.mode(of: file) == 0o600)
      #expect(!folder.exists("\(file).lock"))
      #expect(store(folder, variables).endsWithSession(origin) == (file == Self.session))
    }
  }

  @Test("without a folder for sessions and without a home there is no place")
  func noPlace() async throws {
    let store = CredentialStore(environment: CredentialEnvironment(variables: [:], userID: 4_294_967_294))
    let login = try LoginName(parsing: "registry.example")
    await #expect(throws: CredentialError.noPlace) { try await store.store(username: "a", password: "b", for: login) }
  }

  @Test("folders are made for their owner alone, and the file that --authfile names is the one")
  func namedFile() async throws {
    try await CredentialFolder.use { folder in
      let store = CredentialStore(environment: folder.environment(), authFile: "\(folder.path)/a/b/auth.json")
      _ = try await store.store(username: "me", password: "p", for: try LoginName(parsing: "registry.example"))
      #expect(try folder.mode(of: "a") == 0o700)
      #expect(try folder.mode(of: "a/b") == 0o700)
      #expect(try folder.text(of: "a/b/auth.json").contains("registry.example"))
      #expect(!folder.exists(Self.session))
    }
  }

  @Test("what dray does not know stays as it is, numbers to the last digit, and so does the order")
  func unknownFields() async throws {
    let text = """
      {
      \t"credsStore": "",
      \t"HttpHeaders": {
      \t\t"X": "a\\/b"
      \t},
      \t"auths": {
      \t\t"https://registry.example/v1/": {
      \t\t\t"auth": "b2xkOm9sZA==",
      \t\t\t"identitytoken": "old",
      \t\t\t"email": "me@example.com",
      \t\t\t"rank": 1.10
      \t\t},
      \t\t"other.example": {
      \t\t\t"registrytoken": "t"
      \t\t}
      \t},
      \t"id": 12345678901234567890123
      }

      """
    try await CredentialFolder.use { folder in
      try folder.write(text, to: Self.docker, mode: 0o644)
      let login = try LoginName(parsing: "registry.example")
      let origin = try await store(folder).store(username: "u", password: "p", for: login)
      #expect(origin == .file(path: "\(folder.path)/\(Self.docker)", key: "https://registry.example/v1/"))
      let expected = text.replacing(
        "\"auth\": \"b2xkOm9sZA==\",\n\t\t\t\"identitytoken\": \"old\",\n\t\t\t\"email\": \"me@example.com\",\n\t\t\t\"rank\": 1.10",
        with: "\"auth\": \"dTpw\",\n\t\t\t\"email\": \"me@example.com\",\n\t\t\t\"rank\": 1.10")
      #expect(try folder.text(of: Self.docker) == expected)
      #expect(try folder.mode(of: Self.docker) == 0o600)
    }
  }

  @Test("Docker's key of its Hub in Docker's file, podman's in podman's; old spellings are not left behind")
  func dockerHub() async throws {
    let login = try LoginName(parsing: "docker.io")
    try await CredentialFolder.use { folder in
      try folder.write("{}", to: Self.docker)
      _ = try await store(folder).store(username: "u", password: "p", for: login)
      #expect(
        try folder.text(of: Self.docker)
          == "{\n\t\"auths\": {\n\t\t\"https://index.docker.io/v1/\": {\n\t\t\t\"auth\": \"dTpw\"\n\t\t}\n\t}\n}")
    }
    try await CredentialFolder.use { folder in
      _ = try await store(folder).store(username: "u", password: "p", for: login)
      #expect(try folder.text(of: Self.session).contains(#""docker.io": {"#))
    }
    try await CredentialFolder.use { folder in
      try folder.write(
        #"{"auths":{"registry-1.docker.io":\#(entry("a")),"index.docker.io":\#(entry("b"))}}"#, to: Self.lasting)
      _ = try await store(folder).store(username: "u", password: "p", for: login)
      #expect(
        try folder.text(of: Self.lasting)
          == "{\n\t\"auths\": {\n\t\t\"index.docker.io\": {\n\t\t\t\"auth\": \"dTpw\"\n\t\t}\n\t}\n}")
    }
  }

  @Test("a login for a path is its own, and does not become the whole registry's in Docker's file")
  func paths() async throws {
    try await CredentialFolder.use { folder in
      try folder.write(#"{"auths":{"registry.example":\#(entry("host"))},"credsStore":"never"}"#, to: Self.docker)
      let login = try LoginName(parsing: "registry.example/team")
      let origin = try await store(folder).store(username: "me", password: "secret-of-me", for: login)
      #expect(origin == .file(path: "\(folder.path)/\(Self.session)", key: "registry.example/team"))
      #expect(try await found(folder, "registry.example", "team/app")?.credential == .named("me"))
      try folder.helper("never", script: "echo 'credentials not found in native keychain'; exit 1")
      #expect(try await found(folder, "registry.example", "teams/app")?.credential == .named("host"))
    }
  }

  @Test("a linked file stays a link, and what it leads to is written")
  func links() async throws {
    try await CredentialFolder.use { folder in
      try folder.write("{}", to: "dotfiles/docker.json")
      try FileManager.default.createDirectory(atPath: "\(folder.path)/.docker", withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder.path)/\(Self.docker)", withDestinationPath: "../dotfiles/middle.json")
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder.path)/dotfiles/middle.json", withDestinationPath: "docker.json")
      let login = try LoginName(parsing: "registry.example")
      _ = try await store(folder).store(username: "me", password: "p", for: login)
      #expect(try folder.text(of: "dotfiles/docker.json").contains("registry.example"))
      #expect(try folder.isLink(Self.docker))
      #expect(try folder.isLink("dotfiles/middle.json"))
      #expect(try folder.names(in: "dotfiles") == ["docker.json", "middle.json"])

      // One that leads nowhere yet.
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder.path)/dangling.json", withDestinationPath: "new/auth.json")
      let other = CredentialStore(environment: folder.environment(), authFile: "\(folder.path)/dangling.json")
      _ = try await other.store(username: "me", password: "p", for: login)
      #expect(try folder.text(of: "new/auth.json").contains("registry.example"))
      // One that leads back to itself.
      try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/loop.json", withDestinationPath: "loop.json")
      let loop = CredentialStore(environment: folder.environment(), authFile: "\(folder.path)/loop.json")
      let error = await #expect(throws: CredentialError.self) {
        try await loop.store(username: "me", password: "p", for: login)
      }
      #expect(error?.failureClass == .localIO)
    }
  }

  @Test("thirty logins at once lose nothing")
  func together() async throws {
    try await CredentialFolder.use { folder in
      let store = store(folder)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<30 {
          group.addTask {
            let login = try LoginName(parsing: "r\(number).example")
            _ = try await store.store(username: "u\(number)", password: "p", for: login)
          }
        }
        try await group.waitForAll()
      }
      for number in 0..<30 {
        let found = try await found(folder, "r\(number).example")
        #expect(found?.credential == .password(username: "u\(number)", password: "p"))
      }
      #expect(try folder.names(in: "run/containers") == ["auth.json"])
    }
  }

  @Test("who waits for another too long says so, and who is cancelled stops waiting")
  func locked() async throws {
    try await CredentialFolder.use { folder in
      try folder.write("{}", to: "auth.json")
      let lock = try await CompanionLock.acquire(beside: try PrivateFile(resolving: "\(folder.path)/auth.json").path) {}
      defer { lock.release() }
      let store = CredentialStore(
        environment: folder.environment(), authFile: "\(folder.path)/auth.json", clock: ImpatientClock())
      let login = try LoginName(parsing: "registry.example")
      let error = await #expect(throws: CredentialError.self) {
        try await store.store(username: "u", password: "p", for: login)
      }
      #expect(error == .lockedFile(path: "\(folder.path)/auth.json"))
      #expect(error?.failureClass == .busy)
      #expect(try folder.text(of: "auth.json") == "{}")
    }
  }

  @Test("a file that is no file of credentials is not written anew", arguments: ["[]", "{", #"{"auths":[]}"#])
  func malformed(text: String) async throws {
    try await CredentialFolder.use { folder in
      try folder.write(text, to: Self.docker)
      let login = try LoginName(parsing: "registry.example")
      let error = await #expect(throws: CredentialError.self) {
        try await store(folder).store(username: "u", password: "p", for: login)
      }
      guard case .malformedFile("\(folder.path)/\(Self.docker)", _, _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(try folder.text(of: Self.docker) == text)
    }
  }

  @Test(
    "T171, T172: a login goes into a file with a mark and a name twice; where the helper is gone, nothing is written")
  func foreignFiles() async throws {
    try await CredentialFolder.use { folder in
      let login = try LoginName(parsing: "registry.example")
      try folder.write(
        "\u{feff}{\"auths\":{\"a.example\":{}},\"auths\":{\"registry.example\":{\"auth\":\"eDp5\"}}}", to: Self.docker)
      _ = try await store(folder).store(username: "u", password: "p", for: login)
      let written = try folder.text(of: Self.docker)
      #expect(written.contains("dTpw") && written.contains("a.example") && !written.contains("eDp5"))
      let text = "{\n\"credsStore\": \"gone\"}"
      try folder.write(text, to: Self.docker)
      let path = "\(folder.path)/\(Self.docker)"
      await #expect(throws: CredentialError.helperMissing(name: "gone", path: path, line: 2)) {
        try await store(folder).store(username: "u", password: "p", for: login)
      }
      #expect(try folder.text(of: Self.docker) == text)
    }
  }

  // MARK: Helpers

  /// A helper that keeps what it is told in files of its own.
  private static let keeper = #"""
    read input
    case "$1" in
      store) printf '%s' "$input" > "$HOME/kept" ;;
      get) [ -f "$HOME/kept" ] || { echo 'credentials not found in native keychain'; exit 1; }
           cat "$HOME/kept" ;;
      erase) printf '%s' "$input" > "$HOME/erased"; rm "$HOME/kept" ;;
    esac
    """#

  @Test("where a file names a helper, the helper keeps the login", arguments: ["docker.io", "registry.example"])
  func helper(registry: String) async throws {
    let server = registry == "docker.io" ? "https://index.docker.io/v1/" : registry
    try await CredentialFolder.use { folder in
      try folder.helper("keeper", script: Self.keeper)
      try folder.write(#"{"credsStore":"keeper"}"#, to: Self.docker)
      try folder.write("{}", to: Self.session)
      let login = try LoginName(parsing: registry)
      let origin = try await store(folder).store(username: "me", password: "secret-of-me", for: login)
      #expect(origin == .helper(name: "keeper", key: server))
      #expect(try folder.text(of: "kept").contains("secret-of-me"))
      let text = try folder.text(of: Self.docker)
      #expect(text == "{\n\t\"credsStore\": \"keeper\",\n\t\"auths\": {\n\t\t\"\(server)\": {}\n\t}\n}")
      #expect(try await found(folder, registry) == FoundCredential(.named("me"), from: origin))

      let removal = try await store(folder).remove(login)
      #expect(removal.removed == [origin])
      #expect(try folder.text(of: "erased") == server)
      #expect(try folder.text(of: Self.docker) == "{\n\t\"credsStore\": \"keeper\",\n\t\"auths\": {}\n}")
      #expect(try await found(folder, registry) == nil)
      #expect(try await store(folder).remove(login).removed.isEmpty)
    }
  }

  @Test("T035: a helper that cannot keep a login is an error, and nothing goes into the file instead")
  func failingHelper() async throws {
    try await CredentialFolder.use { folder in
      try folder.helper("broken", script: "exit 1")
      let text = #"{"credHelpers":{"registry.example":"broken"}}"#
      try folder.write(text, to: Self.docker)
      let login = try LoginName(parsing: "registry.example")
      await #expect(throws: CredentialError.helperFailed(name: "broken", .exited(code: 1))) {
        try await store(folder).store(username: "u", password: "p", for: login)
      }
      try folder.helper("broken", script: "cat")
      await #expect(throws: CredentialError.helperInputTooLong(name: "broken")) {
        try await store(folder).store(username: "u", password: String(repeating: "x", count: 20_000), for: login)
      }
      #expect(try folder.text(of: Self.docker) == text)
    }
  }

  // MARK: Logging out

  @Test("a logout reaches every place, and leaves paths and other registries alone unless it is told otherwise")
  func logout() async throws {
    try await CredentialFolder.use { folder in
      let other = entry("other")
      try folder.write(
        """
        {"auths":{"registry.example":\(entry("a")),"registry.example/team":\(entry("b")),"registry.example:5000":\(other)}}
        """, to: Self.session)
      try folder.write(
        #"{"auths":{"https://registry.example":\#(entry("c")),"x.registry.example":\#(other)},"n":1.0}"#,
        to: Self.docker)
      let login = try LoginName(parsing: "registry.example")
      let first = try await store(folder).remove(login)
      let session = "\(folder.path)/\(Self.session)"
      #expect(
        first.removed == [
          .file(path: session, key: "registry.example"),
          .file(path: "\(folder.path)/\(Self.docker)", key: "https://registry.example"),
        ])
      #expect(first.remaining == [.file(path: session, key: "registry.example/team")])
      #expect(try await found(folder, "registry.example", "other") == nil)
      #expect(try await found(folder, "registry.example", "team/app")?.credential == .named("b"))

      let second = try await store(folder).remove(login, includingPaths: true)
      #expect(second.removed == [.file(path: session, key: "registry.example/team")])
      #expect(second.remaining.isEmpty)
      #expect(try await found(folder, "registry.example:5000")?.credential == .named("other"))
      #expect(try await found(folder, "x.registry.example")?.credential == .named("other"))
      #expect(try folder.text(of: Self.docker).contains("\"n\": 1.0"))
      #expect(!folder.exists(Self.lasting))
    }
  }

  @Test("a logout from a path leaves the registry's login")
  func logoutFromPath() async throws {
    try await CredentialFolder.use { folder in
      try folder.write(
        #"{"auths":{"registry.example":\#(entry("a")),"registry.example/team":\#(entry("b"))}}"#, to: Self.lasting)
      let removal = try await store(folder).remove(try LoginName(parsing: "registry.example/team"))
      #expect(removal.removed == [.file(path: "\(folder.path)/\(Self.lasting)", key: "registry.example/team")])
      #expect(try await found(folder, "registry.example", "team/app")?.credential == .named("a"))
    }
  }
}

/// A clock that waits for nothing.
private struct ImpatientClock: Clock {
  var now: ContinuousClock.Instant { ContinuousClock.now }
  var minimumResolution: Duration { .zero }

  func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
    try Task.checkCancellation()
    await Task.yield()
  }
}

extension CredentialFolder {
  func mode(of name: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
    return attributes[.posixPermissions] as? Int ?? -1
  }

  func isLink(_ name: String) throws -> Bool {
    try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")[.type] as? FileAttributeType
      == .typeSymbolicLink
  }

  func names(in name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(name)").sorted()
  }
}
