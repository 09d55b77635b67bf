import ScriptedServer
import Testing
import WatchedPrograms

@Suite("dray doctor")
struct DoctorTests {
  private static let password = "doctor-password-41"

  /// A Harbor: a token service that tells the truth when it is asked without a scope.
  private func serveHarbor(_ server: ScriptedServer, realm: String? = nil) {
    server.on("/v2/") { request in
      if request.bearerToken == "good" { return Reply(text: "{}") }
      let realm = realm ?? "\(server.origin)/service/token"
      return Reply(
        401, headers: [("WWW-Authenticate", #"Bearer realm="\#(realm)",service="harbor-registry""#)],
        text: #"{"errors":[{"code":"UNAUTHORIZED","message":"unauthorized"}]}"#)
    }
    server.on("HEAD", "/v2/ratelimitpreview/test/manifests/latest", reply: Reply(404))
    server.on("/service/token") { request in
      guard let login = request.basicCredentials else { return .token("everybody") }
      return login == "me:\(Self.password)"
        ? .token("good") : .registryError(401, "UNAUTHORIZED", "invalid credentials \u{1b}[2J")
    }
  }

  private static let limits = [("RateLimit-Limit", "2000"), ("RateLimit-Remaining", "7")]

  @Test("What is left of a limit is shown wherever a registry tells it in its first answer; nothing more is asked")
  func limitInGreeting() async throws {
    try await ScriptedServer.run { server in
      server.on("/v2/", reply: Reply(headers: Self.limits, text: "{}"))
      let ended = try await examine(server.authority, ["--plain-http"])
      #expect(ended.code == 0, "\(ended.output)")
      #expect(ended.output.contains("warn  pulls      2000 pulls, 7 left\n"), "\(ended.output)")
      #expect(server.requests.allSatisfy { $0.path == "/v2/" })
    }
  }

  @Test(
    "A proxy cache tells it with a manifest, or with its refusal: it is asked by HEAD, which is no pull",
    arguments: [200, 404, 429])
  func limitOfManifest(status: Int) async throws {
    try await ScriptedServer.run { server in
      server.on("/v2/", reply: Reply(text: "{}"))
      server.on("HEAD", "/v2/ratelimitpreview/test/manifests/latest", reply: Reply(status, headers: Self.limits))
      let ended = try await examine(server.authority, ["--plain-http"])
      #expect(ended.code == 0, "\(ended.output)")
      #expect(ended.output.contains("warn  pulls      2000 pulls, 7 left\n"), "\(ended.output)")
      #expect(server.requests.allSatisfy { $0.method == "HEAD" || $0.path == "/v2/" })
    }
  }

  @Test("A registry that tells nothing has no such line, and a login that is refused is not tried once more for it")
  func noLimit() async throws {
    try await ScriptedServer.run { server in
      serveHarbor(server)
      let silent = try await examine(server.authority, ["--plain-http"])
      #expect(!silent.output.contains("  pulls  "), "\(silent.output)")
      let before = server.requests.count { $0.basicCredentials != nil }
      let refused = try await examine(server.authority, ["--plain-http"], password: "x" + Self.password)
      #expect(refused.code == 12)
      #expect(!refused.output.contains("  pulls  "), "\(refused.output)")
      #expect(server.requests.count { $0.basicCredentials != nil } == before + 1)
    }
  }

  private func examine(
    _ authority: String, _ options: [String] = [], password: String? = nil
  ) async throws -> Dray.Ended {
    var ended: Dray.Ended?
    try await Dray.scene { dray in
      let login = password.map { _ in ["--username", "me", "--password-stdin"] } ?? []
      ended = try await dray.run(["doctor", authority] + options + login, input: password ?? "")
    }
    return try #require(ended)
  }

  @Test("All is well: a line for each step, and the login is proven")
  func well() async throws {
    try await ScriptedServer.run { server in
      serveHarbor(server)
      let ended = try await examine(server.authority, ["--plain-http"], password: Self.password)
      #expect(ended.code == 0, "\(ended.errors)")
      let lines = ended.output.split(separator: "\n")
      #expect(lines.contains("ok    name       127.0.0.1 resolves to 127.0.0.1"), "\(ended.output)")
      #expect(lines.contains("ok    api        /v2/ answers 401 and requires bearer"))
      #expect(lines.contains("ok    realm      the token service \(server.origin)/service/token answers"))
      #expect(lines.contains("ok    login      the login from the command line is accepted"))
      #expect(!ended.output.contains(Self.password))
      #expect(ended.errors.isEmpty)
    }
  }

  @Test("A wrong password is found out where Harbor tells the truth; the exit code is its class")
  func wrongPassword() async throws {
    try await ScriptedServer.run { server in
      serveHarbor(server)
      let ended = try await examine(server.authority, ["--plain-http"], password: "x" + Self.password)
      #expect(ended.code == 12)
      #expect(ended.output.contains("fail  login"))
      let json = try await examine(server.authority, ["--plain-http", "--json"], password: "x" + Self.password)
      #expect(json.code == 12)
      #expect(json.output.split(separator: "\n").allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
      #expect(json.output.contains(#""check":"login","class":"auth""#))
      for ended in [ended, json] {
        #expect(!ended.output.contains(Self.password))
        #expect(!ended.output.contains("\u{1b}"))
      }
    }
  }

  @Test("A token service that cannot be reached from here is named, and what to do about it")
  func realm() async throws {
    try await ScriptedServer.run { server in
      // Nobody listens on port 1, and the registry has no token service of its own.
      serveHarbor(server, realm: "http://127.0.0.1:1/service/token")
      server.addFirst(Rule("GET", "/service/token", Reply(404)))
      let ended = try await examine(server.authority, ["--plain-http"])
      #expect(ended.code == 10, "\(ended.output)")
      #expect(ended.output.contains("fail  realm      "))
      #expect(ended.output.contains("--token-realm"))
    }
  }

  @Test("A clock that is wrong is a warning, and no failure")
  func clock() async throws {
    try await ScriptedServer.run { server in
      server.on("HEAD", "/v2/ratelimitpreview/test/manifests/latest", reply: Reply(404))
      server.on("/v2/", reply: Reply(headers: [("Date", "Sun, 06 Nov 1994 08:49:37 GMT")], text: "{}"))
      let ended = try await examine(server.authority, ["--plain-http"])
      #expect(ended.code == 0, "\(ended.output)")
      let line = try #require(ended.output.split(separator: "\n").first { $0.contains("  clock  ") })
      #expect(line.hasPrefix("warn  clock      the server's clock is ") && line.hasSuffix(" s behind this machine's"))
    }
  }

  @Test("Who does not answer is told once, with the class of the failure")
  func unreachable() async throws {
    let refused = try await examine("127.0.0.1:1", ["--plain-http"])
    #expect(refused.code == 10)
    #expect(refused.output.contains("fail  api        127.0.0.1:1 refuses") || refused.output.contains("fail  api"))
    let missing = try await examine("")
    #expect(missing.code == 2)
  }

  @Test(
    "An unknown authority: its certificate as the server offers it, with its fingerprint, trusted on the user's word")
  func authority() async throws {
    try await TestAuthority.run { authority in
      let certificate = try await WatchedProgram.run("cat", [authority.certificateFile]).output
      try await ScriptedServer.run(tls: try authority.context(.good)) { server in
        serveHarbor(server)
        server.on("/api/v2.0/systeminfo/getcert", reply: Reply(text: certificate))
        let ended = try await examine(server.authority, password: Self.password)
        #expect(ended.code == 14, "\(ended.output)")
        #expect(ended.output.contains("fail  tls        "))
        #expect(
          ended.output.contains(
            "warn  authority  the server offers its CA certificate at \(server.origin)/api/v2.0/systeminfo/getcert, SHA-256 "
          ))
        #expect(ended.output.contains("--ca-cert registry-ca.crt"))
        #expect(server.requests.allSatisfy { !$0.carriesCredentials })
        let trusted = try await examine(
          server.authority, ["--ca-cert", authority.certificateFile], password: Self.password)
        #expect(trusted.code == 0, "\(trusted.output)")
        #expect(trusted.output.contains("the certificate is valid until "))
      }
    }
  }

  @Test("row 26: the fingerprint is that of the authority, and before and after nothing is trusted by itself")
  func fingerprint() async throws {
    try await TestAuthority.run { authority in
      let certificate = try await WatchedProgram.run("cat", [authority.certificateFile]).output
      let line = try await WatchedProgram.run(
        "openssl", ["x509", "-in", authority.certificateFile, "-noout", "-fingerprint", "-sha256"]
      ).output
      let fingerprint = line.split(separator: "=").last?.lowercased().filter(\.isHexDigit) ?? ""
      try #require(fingerprint.count == 64)
      try await ScriptedServer.run(tls: try authority.context(.good)) { server in
        serveHarbor(server)
        server.on("/api/v2.0/systeminfo/getcert", reply: Reply(text: certificate))
        try await Dray.scene { dray in
          let name = "\(server.authority)/team/app:1"
          #expect(try await dray.run(["pull", name]).code == 14)
          let ended = try await dray.run(["doctor", server.authority])
          #expect(ended.output.contains("SHA-256 \(fingerprint)"), "\(ended.output)")
          #expect(dray.files.isEmpty, "what the server offers is not kept")
          let after = try await dray.run(["pull", name])
          #expect(after.code == 14, "\(after.errors)")
          #expect(server.requests.allSatisfy { $0.path == "/api/v2.0/systeminfo/getcert" })
        }
      }
    }
  }
}
