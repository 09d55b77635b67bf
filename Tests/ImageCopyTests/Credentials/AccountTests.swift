import HTTPAccess
import ImageModel
import PullScenes
import RegistryAuth
import RegistryClient
import ScriptedServer
import Synchronization
import Testing
import Waiting

@testable import ImageCopy

@Suite("Accounts of one registry")
struct AccountTests {
  private let first = ImageFixture(layers: [100_000], seed: 1)
  private let second = ImageFixture(layers: [100_000], seed: 2)

  /// Pulls with one client, as one command does.
  private func pull(
    _ references: [String], _ scene: PullScene, log: WarningLog = WarningLog()
  ) async throws -> [PullScene.Outcome] {
    let pull = try ImagePull(scene.access, registries: [], retrier: Retrier(now: { 1_000_000 }, jitter: { 0 }))
    var outcomes: [PullScene.Outcome] = []
    for (number, reference) in references.enumerated() {
      var request = PullRequest(reference: try ImageReference(parsing: reference))
      request.output = .file(scene.folder.appending("\(number).tar").string)
      do {
        outcomes.append(.finished(try await pull.run(request, observe: log.observe)))
      } catch {
        outcomes.append(.failed(error))
      }
    }
    try await pull.close()
    return outcomes
  }

  /// A file of logins by key.
  private func file(_ logins: [String: String], _ scene: PullScene) throws -> ContainersAuthFile {
    let entries = logins.map { #""\#($0.key)":\#($0.value)"# }.joined(separator: ",")
    try scene.write(Array(#"{"auths":{\#(entries)}}"#.utf8), to: "auth.json")
    return ContainersAuthFile(path: scene.folder.appending("auth.json").string)
  }

  private func login(_ name: String) -> String { #"{"username":"\#(name)","password":"\#(canaryPassword)"}"# }

  @Test("two repositories with two accounts in one command: each has its own token")
  func tokens() async throws {
    try await ScriptedServer.run { server in
      server.protect(first, repository: "team/app") { token, _ in token == "token-of-team" }
      server.protect(second, repository: "team/app/sub") { token, _ in token == "token-of-sub" }
      server.giveTokens { request in
        switch (request.basicCredentials, request.queryValues("scope")) {
        case ("team:\(canaryPassword)", ["repository:team/app:pull"]): .token("token-of-team")
        case ("sub:\(canaryPassword)", ["repository:team/app/sub:pull"]): .token("token-of-sub")
        default: Reply(401)
        }
      }
      try await PullScene.run { scene in
        scene.access.login.credentials = try file(
          ["\(server.authority)/team": login("team"), "\(server.authority)/team/app/sub": login("sub")], scene)
        let outcomes = try await pull(
          ["\(server.authority)/team/app:1", "\(server.authority)/team/app/sub:1", "\(server.authority)/team/app:1"],
          scene)
        #expect(outcomes.allSatisfy { $0.error == nil })
        #expect(server.requests("/service/token").count == 2)
        for request in server.requests where request.bearerToken != nil {
          let own = request.path.contains("/sub/") ? "token-of-sub" : "token-of-team"
          #expect(request.bearerToken == own)
        }
      }
    }
  }

  @Test("the same at a registry that wants passwords: neither is sent for the other's repository")
  func passwords() async throws {
    try await ScriptedServer.run { server in
      for (image, repository, name) in [(first, "team/app", "team"), (second, "other/app", "other")] {
        server.add(
          Rule("GET", "/v2/\(repository)/*", Reply(401, headers: [("WWW-Authenticate", #"Basic realm="r""#)]))
            .when { $0.basicCredentials != "\(name):\(canaryPassword)" })
        server.serve(image, repository: repository)
      }
      try await PullScene.run { scene in
        scene.access.login.credentials = try file(
          ["\(server.authority)/team": login("team"), "\(server.authority)/other": login("other")], scene)
        let outcomes = try await pull(
          ["\(server.authority)/team/app:1", "\(server.authority)/other/app:1"], scene)
        #expect(outcomes.allSatisfy { $0.error == nil })
        for request in server.requests {
          guard let name = request.basicCredentials?.prefix(while: { $0 != ":" }) else { continue }
          #expect(request.path.hasPrefix("/v2/\(name)/"))
        }
        // The second repository need not be turned away first.
        #expect(server.requests.filter { $0.status == 401 }.count == 1)
      }
    }
  }

  @Test("rows 9, 12: a login that Harbor refuses is tried no more in this command, for no repository")
  func lockOut() async throws {
    try await ScriptedServer.run { server in
      for (image, repository) in [(first, "team/app"), (second, "other/app")] {
        server.protect(image, repository: repository) { _, _ in false }
      }
      server.giveTokens { _ in .token(RecordedHarbor.token(of: nil, access: [])) }
      try await PullScene.run { scene in
        scene.access.login.credentials = FixedCredential(
          FoundCredential(.password(username: "me", password: canaryPassword), from: .commandLine),
          for: [server.authority])
        let outcomes = try await pull(["\(server.authority)/team/app:1", "\(server.authority)/other/app:1"], scene)
        for outcome in outcomes {
          #expect(
            outcome.registryError?.reason == .auth(.credentialsRefused(host: server.origin, origin: .commandLine)))
        }
        let tries = server.requests("/service/token").filter { $0.basicCredentials != nil }
        #expect(tries.count == 1)
        #expect(tries.allSatisfy { !$0.query.contains("other/app") })
      }
    }
  }
}

@Suite("Stored logins that are refused")
struct RefusedLoginTests {
  private let image = ImageFixture(layers: [200_000, 100_000], seed: 3)

  /// A pull of a public image with a stored login that the token service refuses.
  private func scene(
    _ entry: String = #"{"username":"me","password":"\#(canaryPassword)"}"#,
    isPublic: Bool = true, refusal: Reply = Reply(401, text: #"{"details":"incorrect username or password"}"#),
    _ check: (ScriptedServer, PullScene.Outcome, [PullWarning], CredentialOrigin) async throws -> Void
  ) async throws {
    try await ScriptedServer.run { server in
      server.protect(image, service: "registry") { token, _ in isPublic && token == "everybody's" }
      server.on("GET,POST", "/service/token") { request in
        request.holdsCanary ? refusal : .token("everybody's")
      }
      try await PullScene.run { scene in
        try scene.write(Array(#"{"auths":{"\#(server.authority)":\#(entry)}}"#.utf8), to: "auth.json")
        let path = scene.folder.appending("auth.json").string
        scene.access.login.credentials = ContainersAuthFile(path: path)
        let log = WarningLog()
        let outcome = try await scene.pull("\(server.authority)/team/app:1", observe: log.observe)
        let warnings = log.all.filter { if case .plainHTTP = $0 { false } else { true } }
        try await check(server, outcome, warnings, .file(path: path, key: server.authority))
      }
    }
  }

  @Test("a public image comes without them, with a warning that names the entry; the password is sent once")
  func anonymousInstead() async throws {
    try await scene { server, outcome, warnings, origin in
      #expect(outcome.error == nil)
      #expect(warnings == [.anonymousInstead(host: server.authority, origin: origin)])
      #expect(server.requests("/service/token").map(\.holdsCanary) == [true, false])
    }
  }

  @Test("a refresh token that has expired, and one that the service does not take", arguments: [400, 401, 404, 405])
  func refreshToken(status: Int) async throws {
    let refusal = Reply(status, text: #"{"error":"invalid_grant"}"#)
    try await scene(#"{"identitytoken":"\#(canaryPassword)"}"#, refusal: refusal) { server, outcome, warnings, origin in
      #expect(outcome.error == nil)
      #expect(warnings == [.anonymousInstead(host: server.authority, origin: origin)])
      #expect(server.requests("/service/token").map(\.method) == ["POST", "GET"])
    }
  }

  @Test("a registry token that the registry refuses")
  func registryToken() async throws {
    try await scene(#"{"registrytoken":"\#(canaryPassword)"}"#) { server, outcome, warnings, origin in
      #expect(outcome.error == nil)
      #expect(warnings == [.anonymousInstead(host: server.authority, origin: origin)])
      #expect(server.requests.filter { $0.bearerToken == canaryPassword }.count == 1)
      #expect(server.requests("/service/token").map(\.holdsCanary) == [false])
    }
  }

  @Test("an image that is not public is an error that names the entry; the password is sent once")
  func notPublic() async throws {
    try await scene(isPublic: false) { server, outcome, warnings, origin in
      guard case .auth(.credentialsRefused(_, origin)) = outcome.registryError?.reason else {
        Issue.record("\(String(describing: outcome.error))")
        return
      }
      #expect(warnings.isEmpty)
      #expect(server.requests("/service/token").filter(\.holdsCanary).count == 1)
      #expect(server.requests("/service/token").count <= 3)
    }
  }

  @Test("what the command itself gives is not passed over", arguments: [LoginSource.commandLine, .environment])
  func given(source: LoginSource) async throws {
    try await ScriptedServer.run { server in
      server.protect(image, service: "registry") { token, _ in token == "everybody's" }
      server.giveTokens { $0.basicCredentials == nil ? .token("everybody's") : Reply(401) }
      try await source.run(for: server.authority) { chain in
        try await PullScene.run { scene in
          scene.access.login.credentials = chain
          let outcome = try await scene.pull("\(server.authority)/team/app:1")
          let origin = CredentialOrigin.environment(variable: "DRAY_PASSWORD")
          #expect(
            outcome.registryError?.reason
              == .auth(.credentialsRefused(host: server.origin, origin: source == .commandLine ? .commandLine : origin))
          )
          #expect(server.requests("/service/token").count == 1)
        }
      }
    }
  }

  @Test("a person who can be asked is asked once everybody's token is not enough")
  func prompt() async throws {
    try await ScriptedServer.run { server in
      server.protect(image, service: "registry") { token, _ in token == "mine" }
      server.giveTokens { request in
        switch request.basicCredentials {
        case nil: .token("everybody's")
        case "me:typed": .token("mine")
        default: Reply(401)
        }
      }
      try await PullScene.run { scene in
        let entry = #"{"username":"me","password":"\#(canaryPassword)"}"#
        try scene.write(Array(#"{"auths":{"\#(server.authority)":\#(entry)}}"#.utf8), to: "auth.json")
        scene.access.login.credentials = ContainersAuthFile(path: scene.folder.appending("auth.json").string)
        let asked = Mutex(0)
        scene.access.login.prompt = { _ in
          asked.withLock { $0 += 1 }
          return FoundCredential(.password(username: "me", password: "typed"), from: .prompt)
        }
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.error == nil)
        #expect(asked.withLock { $0 } == 1)
        #expect(server.requests("/service/token").filter(\.holdsCanary).count == 1)
      }
    }
  }

  @Test("T037: everybody's token that expires under way is fetched anew, and the refused password stays home")
  func expiry() async throws {
    let large = ImageFixture(layers: Array(repeating: 2 << 20, count: 4), seed: 37)
    try await ScriptedServer.run { server in
      let served = Mutex(0)
      server.protect(large, service: "registry") { token, request in
        guard request.path.contains("/blobs/") else { return token.hasPrefix("everybody") }
        let count = served.withLock { served in
          served += 1
          return served
        }
        return token == "everybody-2" || token == "everybody-1" && count <= 2
      }
      let turns = Turns()
      server.giveTokens { $0.basicCredentials == nil ? .token("everybody-\(turns.next() + 1)") : Reply(401) }
      try await PullScene.run { scene in
        let entry = #"{"username":"me","password":"\#(canaryPassword)"}"#
        try scene.write(Array(#"{"auths":{"\#(server.authority)":\#(entry)}}"#.utf8), to: "auth.json")
        scene.access.login.credentials = ContainersAuthFile(path: scene.folder.appending("auth.json").string)
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.error == nil)
        #expect(server.requests("/service/token").filter { $0.basicCredentials != nil }.count == 1)
        #expect(server.requests("/service/token").count == 3)
      }
    }
  }

  @Test("row 4: a refresh token is not sent to Harbor, whose token service takes no POST")
  func harbor() async throws {
    try await ScriptedServer.run { server in
      server.protect(image) { token, _ in token == "everybody's" }
      server.giveTokens { _ in .token("everybody's") }
      try await PullScene.run { scene in
        let entry = #"{"identitytoken":"\#(canaryPassword)"}"#
        try scene.write(Array(#"{"auths":{"\#(server.authority)":\#(entry)}}"#.utf8), to: "auth.json")
        scene.access.login.credentials = ContainersAuthFile(path: scene.folder.appending("auth.json").string)
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.error == nil)
        #expect(server.requests.allSatisfy { $0.method == "GET" && !$0.holdsCanary })
      }
    }
  }

  @Test("ACR: a refresh token is exchanged by POST, and goes as the password of the name of zeros by GET")
  func acr() async throws {
    let zeros = "00000000-0000-0000-0000-000000000000"
    try await ScriptedServer.run { server in
      server.protect(image, realm: "\(server.origin)/oauth2/token", service: "team.azurecr.io") { token, _ in
        token == "t"
      }
      let reply = Reply.json(#"{"access_token":"t"}"#)
      server.on("POST", "/oauth2/token") { request in
        let fields = ["grant_type", "service", "scope", "client_id", "refresh_token"].map { request.form.values($0) }
        let isRight =
          fields == [["refresh_token"], ["team.azurecr.io"], ["repository:team/app:pull"], ["dray"], [canaryPassword]]
        return isRight && request.query.isEmpty ? reply : Reply(400)
      }
      server.on("/oauth2/token") { $0.basicCredentials == "\(zeros):\(canaryPassword)" ? reply : Reply(401) }
      for credential in [
        Credential.identityToken(canaryPassword), .password(username: zeros, password: canaryPassword),
      ] {
        try await PullScene.run { scene in
          scene.access.login.credentials = FixedCredential(
            FoundCredential(credential, from: .commandLine), for: [server.authority])
          let outcome = try await scene.pull("\(server.authority)/team/app:1")
          #expect(outcome.error == nil)
        }
      }
      #expect(server.requests("/oauth2/token").map(\.method) == ["POST", "GET"])
    }
  }
}
