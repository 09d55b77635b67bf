import ClientScenes
import HTTPAccess
import ImageModel
import MachineConfiguration
import RegistryClient
import ScriptedServer
import Synchronization
import Testing

@testable import RegistryAuth

private let canary = "canary-password-7f3a"

@Suite("Proving who asks")
struct AuthenticationTests {
  private let image = ImageFixture(layers: [40_000, 30_000], seed: 26)

  private func credentials(_ server: ScriptedServer, username: String = "robot$team+ci") -> FixedCredential {
    FixedCredential(
      FoundCredential(.password(username: username, password: canary), from: .commandLine), for: [server.authority])
  }

  /// Serves the image to whoever sends this Basic header's credentials.
  private func serveBasic(_ server: ScriptedServer, _ expected: String) {
    let guarded: @Sendable (RecordedRequest, Reply) -> Reply = { request, reply in
      request.basicCredentials == expected ? reply : Reply(401, headers: [("WWW-Authenticate", #"Basic realm="r""#)])
    }
    let manifest = image.manifest
    server.on("/v2/team/app/manifests/1") {
      guarded($0, Reply(headers: [("Content-Type", manifest.mediaType)], body: ReplyBody(manifest.bytes)))
    }
    for blob in image.blobs {
      server.on("/v2/team/app/blobs/\(blob.digest)") { guarded($0, .blob(ReplyBody(blob.bytes), for: $0)) }
    }
  }

  @Test("Basic, with a robot's name")
  func basic() async throws {
    try await ScriptedServer.run { server in
      serveBasic(server, "robot$team+ci:\(canary)")
      var scene = ClientScene(server)
      scene.login.credentials = credentials(server)
      let error = try await scene.fetch()
      #expect(error == nil)
      #expect(server.requests("/v2/team/app/manifests/1").count == 2)
    }
  }

  /// Asks for eight manifests at the same time.
  ///
  /// - Returns: why each is not to be had; nil where it is.
  private func askAtOnce(_ server: ScriptedServer, repositories: Int) async throws -> [RegistryFailure?] {
    var scene = ClientScene(server)
    scene.login.credentials = credentials(server)
    let transport = AsyncHTTPTransport(scene.transport)
    let client = try scene.client(over: transport)
    let failures = await withTaskGroup(of: RegistryFailure?.self) { group in
      for number in 0..<8 {
        group.addTask {
          do { _ = try await client.manifest("team/app\(number % repositories)", .tag("1")) } catch let error
            as RegistryError
          {
            return error.reason
          } catch { return .auth(.loginRequired(host: "\(error)")) }
          return nil
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    try await transport.shutdown()
    return failures
  }

  @Test("T359: a wrong password goes with one of many requests, and for two repositories at most", arguments: [1, 8])
  func wrongPasswordOfMany(repositories: Int) async throws {
    try await ScriptedServer.run { server in
      for number in 0..<8 {
        server.on("/v2/team/app\(number)/manifests/1") { _ in
          Reply(401, headers: [("WWW-Authenticate", #"Basic realm="r""#)])
        }
      }
      let refused = RegistryFailure.auth(.credentialsRefused(host: server.origin, origin: .commandLine))
      let failures = try await askAtOnce(server, repositories: repositories)
      #expect(failures == Array(repeating: refused, count: 8))
      #expect(server.requests.count { $0.basicCredentials != nil } == min(repositories, 2))
    }
  }

  @Test("T359: who waited for the answer to a password goes on with it, or without that answer")
  func rightPasswordOfMany() async throws {
    try await ScriptedServer.run { server in
      let isBroken = Mutex(true)
      let manifest = image.manifest
      server.on("/v2/team/app0/manifests/1") { request in
        guard request.basicCredentials != nil else {
          return Reply(401, headers: [("WWW-Authenticate", #"Basic realm="r""#)])
        }
        let breaks = isBroken.withLock { isBroken in
          defer { isBroken = false }
          return isBroken
        }
        return breaks
          ? Reply(503) : Reply(headers: [("Content-Type", manifest.mediaType)], body: ReplyBody(manifest.bytes))
      }
      let failures = try await askAtOnce(server, repositories: 1)
      #expect(failures == Array(repeating: nil, count: 8))
    }
  }

  @Test("a wrong password is an error that says where it came from, after one try")
  func wrongPassword() async throws {
    try await ScriptedServer.run { server in
      serveBasic(server, "robot$team+ci:another")
      var scene = ClientScene(server)
      scene.login.credentials = credentials(server)
      let error = try await scene.fetch()
      #expect(error?.reason == .auth(.credentialsRefused(host: server.origin, origin: .commandLine)))
      #expect(server.requests.filter { $0.basicCredentials != nil }.count == 1)
      #expect(!"\(String(reflecting: error))".contains(canary))
    }
  }

  @Test("no credentials where some are wanted")
  func loginRequired() async throws {
    try await ScriptedServer.run { server in
      serveBasic(server, "a:b")
      let scene = ClientScene(server)
      let error = try await scene.fetch()
      #expect(error?.reason == .auth(.loginRequired(host: server.origin)))
      #expect(error?.failureClass == .authentication)
    }
  }

  @Test("rows 1, 6: an anonymous token, with an empty access_token beside it, is fetched once for all transfers")
  func anonymousToken() async throws {
    try await ScriptedServer.run { server in
      server.protect(image) { token, _ in token == "t1" }
      server.giveTokens { _ in .token("t1") }
      let scene = ClientScene(server)
      let error = try await scene.fetch()
      #expect(error == nil)
      let asked = server.requests("/service/token")
      #expect(asked.count == 1)
      #expect(asked.first?.query == "service=harbor-registry&scope=repository:team/app:pull")
      #expect(asked.first?.method == "GET")
      #expect(asked.first?.carriesCredentials == false)
    }
  }

  @Test("the password goes to the registry's own realm, and the token to the registry")
  func tokenWithPassword() async throws {
    try await ScriptedServer.run { server in
      server.protect(image) { token, _ in token == "t1" }
      server.giveTokens { $0.basicCredentials == "robot$team+ci:\(canary)" ? .token("t1") : Reply(401) }
      var scene = ClientScene(server)
      scene.login.credentials = credentials(server)
      let error = try await scene.fetch()
      #expect(error == nil)
      let registry = server.requests.filter { $0.path.hasPrefix("/v2/") }
      #expect(registry.allSatisfy { $0.basicCredentials == nil })
    }
  }

  @Test("T038: fresh tokens that are refused end after two")
  func refusedTokens() async throws {
    try await ScriptedServer.run { server in
      server.protect(image, service: "registry") { _, _ in false }
      server.giveTokens { _ in .token("t") }
      let scene = ClientScene(server)
      let error = try await scene.fetch()
      #expect(error?.failureClass == .authentication)
      #expect(server.requests("/service/token").count == 2)
      #expect(error?.answer?.words == ["UNAUTHORIZED: unauthorized to access repository"])
    }
  }

  @Test(
    "rows 2, 5: Harbor's Basic challenge behind a bad token means the same realm; a wrong password is named as such")
  func harborWrongPassword() async throws {
    try await ScriptedServer.run { server in
      server.protect(image) { _, _ in false }
      // Harbor: a token without rights for a wrong password.
      server.giveTokens { _ in .token(RecordedHarbor.token(of: nil, access: [])) }
      var scene = ClientScene(server)
      scene.login.credentials = credentials(server)
      let error = try await scene.fetch()
      #expect(error?.reason == .auth(.credentialsRefused(host: server.origin, origin: .commandLine)))
      #expect(server.requests.filter { $0.path.hasPrefix("/v2/") }.allSatisfy { $0.basicCredentials == nil })
    }
  }

  @Test("row 9: a refused password is tried once, however many transfers want a token")
  func lockOut() async throws {
    try await ScriptedServer.run { server in
      server.protect(image, service: "registry") { _, _ in false }
      server.giveTokens { _ in Reply(401, text: #"{"details":"incorrect username or password"}"#) }
      var scene = ClientScene(server)
      scene.login.credentials = credentials(server)
      let error = try await scene.fetch()
      #expect(error?.failureClass == .authentication)
      #expect(server.requests("/service/token").count == 1)
    }
  }

  @Test("T059, row 3: an unknown project answers 401 without a challenge")
  func unknownProject() async throws {
    try await ScriptedServer.run { server in
      server.giveTokens { _ in .token("t") }
      server.on("/v2/team/app/manifests/1") { request in
        request.header("authorization") == nil
          ? Reply(401, headers: [("WWW-Authenticate", #"Bearer realm="\#(server.origin)/service/token",service="s""#)])
          : Reply(
            401, headers: [("WWW-Authenticate", "")],
            text: #"{"errors":[{"code":"UNAUTHORIZED","message":"project team not found"}]}"#)
      }
      let scene = ClientScene(server)
      let error = try await scene.fetch()
      #expect(error?.failureClass == .authentication)
      #expect(error?.answer?.words == ["UNAUTHORIZED: project team not found"])
    }
  }

  @Test("row 19: a proxy cache's 301 to library/ is followed with the token")
  func proxyCacheRedirect() async throws {
    try await ScriptedServer.run { server in
      server.protect(image, repository: "hub/library/nginx") { token, _ in token == "t" }
      server.giveTokens { _ in .token("t") }
      server.on("/v2/hub/nginx/manifests/1") { request in
        request.header("authorization") == "Bearer t"
          ? .redirect(301, to: "/v2/hub/library/nginx/manifests/1")
          : Reply(401, headers: [("WWW-Authenticate", #"Bearer realm="\#(server.origin)/service/token",service="s""#)])
      }
      for blob in image.blobs {
        server.on(
          "/v2/hub/nginx/blobs/\(blob.digest)", reply: .redirect(301, to: "/v2/hub/library/nginx/blobs/\(blob.digest)"))
      }
      let scene = ClientScene(server)
      let error = try await scene.fetch("hub/nginx")
      #expect(error == nil)
    }
  }

  @Test("a realm that cannot be reached is tried at the registry's own host, and then named")
  func unreachableRealm() async throws {
    try await ScriptedServer.run { server in
      server.protect(image, realm: "http://127.0.0.1:9/service/token") { token, _ in token == "t" }
      server.on("/service/token", times: 1, reply: .token("t"))
      let first = try await ClientScene(server).fetch()
      #expect(first == nil)
      server.on("/service/token", reply: Reply(404))
      server.on("/v2/", reply: Reply(404))
      let error = try await ClientScene(server).fetch()
      guard case .auth(.realmUnreachable(let realm, _)) = error?.reason else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(realm == "http://127.0.0.1:9/service/token")
    }
  }

  @Test("--harbor-session signs in as Harbor's page does")
  func harborSession() async throws {
    try await ScriptedServer.run { server in
      server.on(
        "/c/login",
        reply: Reply(headers: [
          ("X-Harbor-Csrf-Token", "anti-forgery"), ("Set-Cookie", "_gorilla_csrf=g1; Path=/; HttpOnly"),
        ]))
      server.on(
        "POST", "/c/login",
        where: {
          $0.header("x-harbor-csrf-token") == "anti-forgery" && $0.header("cookie") == "_gorilla_csrf=g1"
            && String(decoding: $0.body, as: UTF8.self) == "principal=llsydn&password=\(canary)"
        }
      ) { _ in Reply(headers: [("Set-Cookie", "sid=s1; Path=/; HttpOnly")]) }
      let admits: @Sendable (RecordedRequest) -> Bool = {
        $0.header("cookie")?.contains("sid=s1") == true && $0.header("authorization")?.hasPrefix("Bearer ") == true
      }
      let manifest = image.manifest
      server.on("GET", "/v2/team/app/manifests/1", where: admits) { _ in
        Reply(headers: [("Content-Type", manifest.mediaType)], body: ReplyBody(manifest.bytes))
      }
      for blob in image.blobs {
        server.on("GET", "/v2/team/app/blobs/\(blob.digest)", where: admits) { .blob(ReplyBody(blob.bytes), for: $0) }
      }
      var scene = ClientScene(server)
      scene.login.credentials = credentials(server, username: "llsydn")
      scene.login.usesHarborSession = true
      let error = try await scene.fetch()
      #expect(error == nil)
      #expect(server.requests("/c/login").count == 2)
    }
  }

  @Test("a person is asked when the registry wants a login, and only then")
  func prompt() async throws {
    try await ScriptedServer.run { server in
      server.protect(image) { token, _ in token == "good" }
      server.giveTokens { $0.basicCredentials == "me:\(canary)" ? .token("good") : .token("poor") }
      var scene = ClientScene(server)
      let asked = Mutex<[String]>([])
      scene.login.prompt = { registry in
        asked.withLock { $0.append(registry) }
        return FoundCredential(.password(username: "me", password: canary), from: .prompt)
      }
      let error = try await scene.fetch()
      #expect(error == nil)
      #expect(asked.withLock { $0 } == [server.authority])
    }
  }

  @Test(
    "T039: challenges that say nothing usable end in a clear word",
    arguments: [
      [], [("WWW-Authenticate", "")], [("WWW-Authenticate", "Bearer")],
      [("WWW-Authenticate", #"Bearer realm="\#u{1}""#)],
      [("WWW-Authenticate", "Negotiate")], [("WWW-Authenticate", #"Bearer realm="javascript:x""#)],
      [("WWW-Authenticate", #"Bearer realm="http://127.0.0.1/",scope="\#(String(repeating: "x", count: 65_536))""#)],
    ] as [[(String, String)]])
  func unusable(headers: [(String, String)]) async throws {
    try await ScriptedServer.run { server in
      server.on("/v2/team/app/manifests/1", reply: Reply(401, headers: headers.map { (name: $0.0, value: $0.1) }))
      let scene = ClientScene(server)
      let error = try await scene.fetch()
      #expect([.authentication, .refused, .network].contains(error?.failureClass))
      #expect(server.requests.count <= 2)
    }
  }

  @Test(
    "T039: a challenge among others, with quotes in it or a long scope, is found",
    arguments: [
      [#"Negotiate, Bearer realm="REALM",service="s""#],
      ["Negotiate", #"Bearer realm="REALM",service="s",scope="repository:team/app:pull,push""#],
      [#"Basic realm="r", Bearer realm="REALM",service="s \"quoted\"""#],
      [#"Bearer realm="REALM",service="s",scope="\#(String(repeating: "x", count: 2_000))""#],
      [#"Bearer realm="REALM",service="s""#, #"Bearer realm="http://127.0.0.1:1/other",service="s""#],
    ])
  func usable(challenges: [String]) async throws {
    try await ScriptedServer.run { server in
      let headers = challenges.map { challenge in
        let parts = challenge.split(separator: "REALM", omittingEmptySubsequences: false)
        return (name: "WWW-Authenticate", value: parts.joined(separator: "\(server.origin)/service/token"))
      }
      server.on("GET", "/v2/*", where: { $0.bearerToken != "t" }) { _ in Reply(401, headers: headers) }
      server.giveTokens { _ in .token("t") }
      server.serve(image)
      let scene = ClientScene(server)
      let error = try await scene.fetch()
      #expect(error == nil)
      #expect(server.requests("/service/token").count == 1)
      #expect(
        server.requests("/service/token").allSatisfy { $0.queryValues("scope") == ["repository:team/app:pull"] })
    }
  }

  @Test("T033: a token service that redirects is refused")
  func realmRedirects() async throws {
    try await ScriptedServer.run { server in
      server.protect(image) { _, _ in false }
      server.giveTokens { _ in .redirect(302, to: "http://169.254.169.254/latest/meta-data") }
      let scene = ClientScene(server)
      let error = try await scene.fetch()
      #expect(error?.failureClass == .refused)
    }
  }

  @Test("T030: the password does not go to another host that the registry names; nothing is asked there")
  func attackerRealm() async throws {
    try await ScriptedServer.run { attacker in
      try await ScriptedServer.run { server in
        // By another name, so that it is another host; both are on loopback, in the clear.
        server.protect(image, realm: "http://localhost:\(attacker.port)/token") { _, _ in false }
        // The user named this one, and it has no token service.
        server.on("/token", reply: Reply(404))
        var scene = ClientScene(server)
        scene.login.credentials = credentials(server)
        let error = try await scene.fetch()
        #expect(error?.failureClass == .refused)
        guard case .auth(.realmRefused(_, .untrustedHost(let host))) = error?.reason else {
          Issue.record("\(String(describing: error))")
          return
        }
        #expect(host == "localhost")
        #expect(attacker.requests.isEmpty)
        #expect(attacker.connections == 0)
      }
    }
  }

  @Test("T034: a password for a registry whose name begins or ends like this one stays where it is")
  func otherRegistry() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      let others = ["127.0.0.1:\(server.port)0", "x127.0.0.1:\(server.port)", "127.0.0.1"]
      let entries = others.map { #""\#($0)":{"auth":"bWU6Y2FuYXJ5LXBhc3N3b3JkLTdmM2E="}"# }.joined(separator: ",")
      try await CredentialFolder.use { folder in
        var scene = ClientScene(server)
        scene.login.credentials = DockerConfigurationFile(
          path: try folder.write(#"{"auths":{\#(entries)}}"#, to: "config.json"))
        let error = try await scene.fetch()
        #expect(error == nil)
      }
      #expect(server.requests.allSatisfy { !$0.carriesCredentials })
    }
  }
}
