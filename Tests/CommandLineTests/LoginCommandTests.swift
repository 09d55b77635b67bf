import FoundationEssentials
import ScriptedServer
import SystemPackage
import Testing

@Suite("dray login and dray logout")
struct LoginCommandTests {
  private static let robot = "robot$team+ci"
  private static let password = "canary-p:w 7f3a"
  private static let login = ["--username", robot, "--password-stdin"]
  private let image = ImageFixture(layers: [50_000], seed: 5)

  /// A server, and a machine whose only file of credentials is `auth.json`.
  private func scene(_ body: (ScriptedServer, Dray) async throws -> Void) async throws {
    try await ScriptedServer.run { server in
      try await Dray.scene { dray in
        var dray = dray
        dray.environment["REGISTRY_AUTH_FILE"] = dray.folder.appending("auth.json").string
        try await body(server, dray)
      }
    }
  }

  private func logIn(
    _ dray: Dray, _ name: String, password: String = Self.password, options: [String] = login
  ) async throws -> Dray.Ended {
    try await dray.run(["login", name] + options, input: password + "\n")
  }

  private func stored(_ dray: Dray, _ file: String = "auth.json") throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: dray.folder.appending(file).string)), as: UTF8.self)
  }

  private func entry(_ key: String) -> String {
    let auth = Data("\(Self.robot):\(Self.password)".utf8).base64EncodedString()
    return "{\n\t\"auths\": {\n\t\t\"\(key)\": {\n\t\t\t\"auth\": \"\(auth)\"\n\t\t}\n\t}\n}"
  }

  /// A registry that wants a token for everything.
  private func protect(_ server: ScriptedServer, service: String = "harbor-registry", token: String = "t") {
    let challenge = #"Bearer realm="\#(server.origin)/service/token",service="\#(service)""#
    let refusal = Reply(
      401, headers: [("WWW-Authenticate", challenge)], text: #"{"errors":[{"code":"UNAUTHORIZED","message":"no"}]}"#)
    server.on("/v2/") { $0.bearerToken == token ? .json("{}") : refusal }
    server.protect(image) { found, _ in found == token }
  }

  @Test("row 5: Harbor proves a password where it is asked without a scope; what it refuses is not kept")
  func harbor() async throws {
    try await scene { server, dray in
      protect(server)
      server.giveTokens { request in
        // With a scope everybody gets a token, as Harbor does it.
        request.basicCredentials == "\(Self.robot):\(Self.password)" || request.query.contains("scope=")
          ? .token("t") : Reply(401, text: #"{"errors":[{"code":"UNAUTHORIZED","message":"wrong"}]}"#)
      }
      let refused = try await logIn(dray, server.authority, password: "another-password")
      #expect(refused.code == 12)
      #expect(refused.errors.contains("rejects the user name or the password from the command line"))
      #expect(dray.files.isEmpty)

      let ended = try await logIn(dray, server.authority)
      #expect(ended.code == 0, "\(ended.errors)")
      #expect(ended.output.isEmpty)
      #expect(ended.errors.contains("Logged in to \(server.authority) as \(Self.robot).\n"))
      #expect(ended.errors.contains("\(dray.folder)/auth.json, entry '\(server.authority)'"))
      #expect(server.requests("/service/token").map(\.query) == Array(repeating: "service=harbor-registry", count: 2))
      #expect(try stored(dray) == entry(server.authority))

      let pulled = try await dray.run(["pull", "\(server.authority)/team/app:1"])
      #expect(pulled.code == 0, "\(pulled.errors)")
      #expect(server.requests("/service/token").last?.basicCredentials == "\(Self.robot):\(Self.password)")
    }
  }

  @Test("a registry that wants passwords is asked at /v2/")
  func basic() async throws {
    try await scene { server, dray in
      let challenge = Reply(401, headers: [("WWW-Authenticate", #"Basic realm="r""#)])
      server.on("/v2/") { $0.basicCredentials == "\(Self.robot):\(Self.password)" ? .json("{}") : challenge }
      let refused = try await logIn(dray, server.authority, password: "another-password")
      #expect(refused.code == 12, "\(refused.errors)")
      #expect(dray.files.isEmpty)
      #expect(try await logIn(dray, "\(server.authority)/team").code == 0)
      #expect(try stored(dray) == entry("\(server.authority)/team"))
    }
  }

  @Test("a token that the registry does not accept proves nothing")
  func emptyToken() async throws {
    try await scene { server, dray in
      protect(server)
      server.giveTokens { _ in .token("of no use") }
      let ended = try await logIn(dray, server.authority)
      #expect(ended.code == 12, "\(ended.errors)")
      #expect(dray.files.isEmpty)
    }
  }

  @Test("a registry that lets everybody in cannot prove a password, and that is said")
  func everybody() async throws {
    try await scene { server, dray in
      server.on("/v2/", reply: .json("{}"))
      let ended = try await logIn(dray, server.authority)
      #expect(ended.code == 0, "\(ended.errors)")
      #expect(ended.errors.contains("\(server.authority) allows anonymous access and did not verify the password.\n"))
      #expect(try stored(dray) == entry(server.authority))
    }
  }

  @Test(
    "what is no registry gets no password",
    arguments: [
      (Reply(headers: [("Content-Type", "text/html")], text: "<!doctype html><p>hello"), 10),
      (Reply(404, headers: [("Content-Type", "text/html")], text: "<html><p>not here"), 10), (Reply(503), 10),
      (Reply(401), 12), (Reply(401, headers: [("WWW-Authenticate", "Negotiate")]), 12),
      (Reply(401, headers: [("WWW-Authenticate", #"Bearer realm="http://localhost:9/token""#)]), 21),
    ])
  func noRegistry(reply: Reply, code: Int) async throws {
    try await scene { server, dray in
      server.on("/v2/", reply: reply)
      let ended = try await logIn(dray, server.authority)
      #expect(ended.code == code, "\(ended.errors)")
      #expect(server.requests.allSatisfy { !$0.carriesCredentials })
      #expect(dray.files.isEmpty)
    }
  }

  @Test("a page of another host that asks for a login gets none")
  func elsewhere() async throws {
    try await ScriptedServer.run { other in
      other.on("/v2/", reply: Reply(401, headers: [("WWW-Authenticate", #"Basic realm="r""#)]))
      try await scene { server, dray in
        server.on("/v2/", reply: .redirect(to: "\(other.origin)/v2/"))
        let ended = try await logIn(dray, server.authority)
        #expect(ended.code == 10, "\(ended.errors)")
        #expect((server.requests + other.requests).allSatisfy { !$0.carriesCredentials })
        #expect(dray.files.isEmpty)
      }
    }
  }

  @Test("DRAY_USERNAME and DRAY_PASSWORD log in, and pull")
  func environment() async throws {
    try await scene { server, dray in
      var dray = dray
      dray.environment["DRAY_USERNAME"] = Self.robot
      dray.environment["DRAY_PASSWORD"] = Self.password
      protect(server, service: "registry")
      server.giveTokens { $0.basicCredentials == "\(Self.robot):\(Self.password)" ? .token("t") : Reply(401) }
      let pulled = try await dray.run(["pull", "\(server.authority)/team/app:1"])
      #expect(pulled.code == 0, "\(pulled.errors)")
      #expect(try await dray.run(["login", server.authority]).code == 0)
      #expect(try stored(dray) == entry(server.authority))
    }
  }

  @Test("ten logins at once, each a process of its own, lose nothing")
  func together() async throws {
    try await scene { server, dray in
      server.on("/v2/", reply: .json("{}"))
      let names = (0..<10).map { "\(server.authority)/team\($0)" }
      try await withThrowingTaskGroup(of: Int.self) { group in
        for name in names { group.addTask { try await logIn(dray, name).code } }
        for try await code in group { #expect(code == 0) }
      }
      let text = try stored(dray)
      for name in names { #expect(text.contains(#""\#(name)": {"#)) }
      #expect(dray.files == ["auth.json"])
    }
  }

  @Test("a logout forgets, and says from where")
  func logout() async throws {
    try await scene { server, dray in
      server.on("/v2/", reply: .json("{}"))
      _ = try await logIn(dray, server.authority)
      _ = try await logIn(dray, "\(server.authority)/team")
      let first = try await dray.run(["logout", server.authority])
      #expect(first.code == 0)
      let file = dray.folder.appending("auth.json")
      #expect(
        first.errors == """
          Removed the login for \(server.authority) in \(file), entry '\(server.authority)'.
          There is still a login in \(file), entry '\(server.authority)/team'. --all removes it too.

          """)
      #expect(try await dray.run(["logout", server.authority, "--all"]).code == 0)
      #expect(try stored(dray) == "{\n\t\"auths\": {}\n}")
      let again = try await dray.run(["logout", server.authority])
      #expect(again.code == 0)
      #expect(again.errors == "There is no login for \(server.authority).\n")
    }
  }

  @Test(
    "mistakes of usage, which ask nobody anything",
    arguments: [
      ["login"], ["logout"], ["login", "127.0.0.1:1", "-p", "canary"], ["login", "127.0.0.1:1", "-pcanary"],
      ["login", "127.0.0.1:1", "--password", "canary"], ["login", "127.0.0.1:1", "--password=canary"],
      ["login", "127.0.0.1:1"], ["login", "127.0.0.1:1", "--username", "me"],
      ["login", "127.0.0.1:1", "--password-stdin"], ["login", "127.0.0.1:1/team/app:1"], ["login", "a\nb"],
      ["login", "a%0ab"], ["login", "a@b"], ["logout", "a/B"],
    ])
  func mistakes(arguments: [String]) async throws {
    try await Dray.scene { dray in
      let ended = try await dray.run(arguments)
      #expect(ended.code == 2, "\(ended.errors)")
      #expect(dray.files.isEmpty)
    }
  }

  // MARK: Helpers

  private static let faults: [(script: String, words: String)] = [
    ("exit 1", "docker-credential-test failed with exit code 1"),
    ("echo garbage", "docker-credential-test did not return a password for this registry"),
    ("head -c 10485760 /dev/zero", "docker-credential-test did not return a password for this registry"),
    (
      #"echo '{"ServerURL":"evil.test","Username":"u","Secret":"p"}'"#,
      "docker-credential-test did not return a password for this registry"
    ),
    // For ever: ended after the time that a person gets to unlock a key ring.
    ("sleep 600", "docker-credential-test did not answer within 10 s"),
  ]

  @Test(
    "T035: a helper that fails ends a pull, by its name, and no other place is asked", .timeLimit(.minutes(2)),
    arguments: faults.indices)
  func helperFaults(index: Int) async throws {
    let (script, words) = Self.faults[index]
    try await ScriptedServer.run { server in
      server.on("/v2/*", reply: Reply(401, headers: [("WWW-Authenticate", #"Basic realm="r""#)]))
      try await Dray.scene { dray in
        var dray = dray
        dray.environment["DOCKER_CONFIG"] = dray.folder.string
        dray.environment["PATH"] = "\(dray.folder):/usr/bin:/bin"
        let helper = dray.folder.appending("docker-credential-test").string
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: helper))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: helper)
        let auth = Data("me:canary".utf8).base64EncodedString()
        let text = #"{"credsStore":"test","auths":{"\#(server.authority)":{"auth":"\#(auth)"}}}"#
        try Data(text.utf8).write(to: URL(filePath: dray.folder.appending("config.json").string))
        let ended = try await dray.run(["pull", "\(server.authority)/team/app:1"])
        #expect(ended.code == 12, "\(ended.errors)")
        #expect(ended.errors.contains(words), "\(ended.errors)")
        #expect(server.requests.allSatisfy { !$0.carriesCredentials })
        #expect(dray.files == ["config.json", "docker-credential-test"])
      }
    }
  }
}
