import HTTPAccess
import ImageModel
import ManualClocks
import PullScenes
import RegistryAuth
import RegistryClient
import ScriptedServer
import Synchronization
import Testing
import Waiting

@testable import ImageCopy

/// Pulls from a Harbor that answers as a real one was recorded.
@Suite("Harbor, as it was recorded")
struct RecordedHarborTests {
  private let image = ImageFixture(layers: [60_000, 40_000], seed: 135)
  private static let user = "llsydn"
  private static let robot = "robot$llsydn+ci"

  private var harbor: RecordedHarbor {
    var harbor = RecordedHarbor()
    harbor.users = [Self.user: canaryPassword, "guest1": canaryPassword]
    harbor.robots = [Self.robot: canaryPassword]
    harbor.projects = ["llsydn": [Self.user, Self.robot], "pub": nil]
    for name in ["llsydn/nginx", "llsydn/app", "pub/nginx", "pub/app"] { harbor.images[name] = image }
    return harbor
  }

  /// What a place gives, and how often it was asked.
  private final class CountingSource: CredentialSource {
    let found: FoundCredential?
    private let queries = Mutex<[CredentialQuery]>([])

    init(_ found: FoundCredential?) { self.found = found }

    var asked: [CredentialQuery] { queries.withLock { $0 } }

    func credential(for query: CredentialQuery) -> FoundCredential? {
      queries.withLock { $0.append(query) }
      return found
    }
  }

  private static func login(
    _ name: String = user, _ password: String = canaryPassword, stored: Bool = true
  ) -> FoundCredential {
    FoundCredential(
      .password(username: name, password: password),
      from: stored ? .file(path: "/home/me/auth.json", key: "harbor.example.com") : .commandLine)
  }

  /// Pulls with one client, as one command does.
  private func pull(
    _ repositories: [String], _ login: FoundCredential?, _ server: ScriptedServer, log: WarningLog = WarningLog(),
    change: (inout RegistryAccess) -> Void = { _ in }
  ) async throws -> [PullScene.Outcome] {
    var outcomes: [PullScene.Outcome] = []
    try await PullScene.run { scene in
      scene.access.login.refusalLifetime = nil
      scene.access.login.credentials = CountingSource(login)
      change(&scene.access)
      let pull = try ImagePull(scene.access, registries: [], retrier: Retrier(now: { 1_000_000 }, jitter: { 0 }))
      for (number, repository) in repositories.enumerated() {
        var request = PullRequest(reference: try ImageReference(parsing: "\(server.authority)/\(repository):1"))
        request.output = .file(scene.folder.appending("\(number).tar").string)
        do {
          outcomes.append(.finished(try await pull.run(request, observe: log.observe)))
        } catch {
          outcomes.append(.failed(error))
        }
      }
      try await pull.close()
    }
    return outcomes
  }

  private func warnings(_ log: WarningLog) -> [PullWarning] {
    log.all.filter { if case .plainHTTP = $0 { false } else { true } }
  }

  // MARK: T135

  @Test("T135: a wrong password is sent once in a command, whatever is pulled; public images come with a warning")
  func wrongPassword() async throws {
    try await ScriptedServer.run { server in
      server.serve(harbor)
      for login in [Self.login(Self.user, "canary-wrong"), Self.login(Self.robot, "canary-wrong", stored: false)] {
        let before = server.requests.count { $0.basicCredentials != nil }
        let log = WarningLog()
        let outcomes = try await pull(["pub/nginx", "llsydn/nginx", "pub/app", "llsydn/app"], login, server, log: log)
        for outcome in [outcomes[0], outcomes[2]] { #expect(outcome.error == nil) }
        for outcome in [outcomes[1], outcomes[3]] {
          #expect(
            outcome.registryError?.reason == .auth(.credentialsRefused(host: server.origin, origin: login.origin)))
        }
        let warning = PullWarning.anonymousInstead(host: server.authority, origin: login.origin)
        #expect(warnings(log) == [warning, warning])
        #expect(server.requests.count { $0.basicCredentials != nil } == before + 1)
      }
    }
  }

  @Test("T135: the right password, a right robot and nobody pull as before; who has no right is told that, not another")
  func rightPassword() async throws {
    try await ScriptedServer.run { server in
      server.serve(harbor)
      for name in [Self.user, Self.robot] {
        let log = WarningLog()
        let outcomes = try await pull(["llsydn/nginx", "pub/nginx"], Self.login(name), server, log: log)
        #expect(outcomes.allSatisfy { $0.error == nil })
        #expect(warnings(log).isEmpty)
      }
      let guest = try await pull(["llsydn/nginx"], Self.login("guest1"), server)
      #expect(
        guest[0].registryError?.reason
          == .auth(.accessDenied(host: server.origin, origin: Self.login("guest1").origin)))
      let nobody = try await pull(["pub/nginx", "llsydn/nginx"], nil, server)
      #expect(nobody[0].error == nil)
      #expect(nobody[1].failureClass == .authentication)
    }
  }

  @Test("T135: a person whose stored password is wrong is asked for another, once everybody's token is not enough")
  func prompt() async throws {
    try await ScriptedServer.run { server in
      server.serve(harbor)
      let outcomes = try await pull(["llsydn/nginx", "llsydn/app"], Self.login(Self.user, "canary-wrong"), server) {
        $0.login.prompt = { _ in
          FoundCredential(.password(username: Self.user, password: canaryPassword), from: .prompt)
        }
      }
      #expect(outcomes.allSatisfy { $0.error == nil })
      #expect(server.requests.count { $0.basicCredentials == "\(Self.user):canary-wrong" } == 1)
    }
  }

  // MARK: T136

  @Test(
    "T136: a realm with another name or scheme than the user's is asked for at the address that the user named",
    arguments: ["https://harbor.corp.example.net/service/token", "http://harbor.example.com/service/token"])
  func otherRealm(realm: String) async throws {
    try await NamedServers.run(["harbor.example.com", "harbor.corp.example.net"]) { scene, servers in
      var harbor = harbor
      harbor.realm = realm
      servers["harbor.example.com"].serve(harbor)
      let other = servers["harbor.corp.example.net"]
      other.serve(harbor)
      scene.access.login.credentials = FixedCredential(Self.login(), for: ["harbor.example.com"])
      let outcome = try await scene.pull("harbor.example.com/llsydn/nginx:1")
      #expect(outcome.error == nil, "\(String(describing: outcome.error))")
      #expect(other.connections == 0)
      #expect(servers.requests.count { $0.basicCredentials != nil } == 1)
      // A wrong password is told as one, and not as a wrong realm.
      scene.access.login.credentials = FixedCredential(
        Self.login(Self.user, "canary-wrong"), for: ["harbor.example.com"])
      let refused = try await scene.pull("harbor.example.com/llsydn/nginx:1", restarts: true)
      #expect(refused.failureClass == .authentication)
      #expect(servers.requests.count { $0.basicCredentials != nil } == 2)
      #expect(other.requests.allSatisfy { !$0.carriesCredentials }, "at most everybody's token is asked for there")
    }
  }

  @Test("T136: where the user's address has no token service either, the realm is refused as before")
  func noOtherRealm() async throws {
    try await NamedServers.run(["harbor.example.com", "harbor.corp.example.net"]) { scene, servers in
      var harbor = harbor
      harbor.realm = "https://harbor.corp.example.net/tokens"
      let server = servers["harbor.example.com"]
      server.on("/tokens", reply: Reply(404))
      server.serve(harbor)
      scene.access.login.credentials = FixedCredential(Self.login(), for: ["harbor.example.com"])
      let outcome = try await scene.pull("harbor.example.com/llsydn/nginx:1")
      #expect(
        outcome.registryError?.reason
          == .auth(
            .realmRefused(
              realm: "https://harbor.corp.example.net/tokens", .untrustedHost(host: "harbor.corp.example.net"))))
    }
  }

  // MARK: T137

  @Test("T137: a realm that says nothing is asked once in a command, and the address that the user named each time")
  func silentRealm() async throws {
    try await ScriptedServer.run { silent in
      silent.on("/service/token", reply: .never)
      try await ScriptedServer.run { server in
        var harbor = harbor
        harbor.realm = "\(silent.origin)/service/token"
        server.serve(harbor)
        let outcomes = try await pull(["llsydn/nginx", "llsydn/app", "pub/nginx"], Self.login(), server) {
          $0.network.stallTimeout = .seconds(3)
        }
        #expect(outcomes.allSatisfy { $0.error == nil })
        #expect(silent.requests.count == 1)
        #expect(server.requests("/service/token").count == 3)
      }
    }
  }

  @Test("T189: a token service on the registry's own host that says nothing is asked once in a command as well")
  func silentOwnRealm() async throws {
    try await ScriptedServer.run { server in
      for repository in ["team/app", "team/other"] {
        server.protect(image, repository: repository, service: "registry") { _, _ in false }
      }
      server.on("/service/token", reply: .never)
      let outcomes = try await pull(["team/app", "team/other"], nil, server) {
        $0.network.stallTimeout = .seconds(3)
      }
      for outcome in outcomes {
        guard case .auth(.realmUnreachable(_, .stalled)) = outcome.registryError?.reason else {
          Issue.record("\(String(describing: outcome.error))")
          continue
        }
      }
      #expect(server.requests("/service/token").count == 1)
    }
  }

  @Test("T189: one that has answered before is asked again: it was the line that was silent")
  func silentOnce() async throws {
    try await ScriptedServer.run { server in
      server.protect(image, service: "registry") { token, request in
        token == "t3" || !request.path.contains("/blobs/") && token == "t1"
      }
      let turns = Turns()
      server.on("/service/token") { _ in
        let number = turns.next()
        return number == 1 ? .never : .token("t\(number + 1)")
      }
      let outcomes = try await pull(["team/app"], nil, server) { $0.network.stallTimeout = .seconds(3) }
      #expect(outcomes[0].error == nil)
      #expect(server.requests("/service/token").count == 3)
    }
  }

  // MARK: T139

  private func pullBySession(
    _ repositories: [String], _ login: FoundCredential?, _ server: ScriptedServer, log: WarningLog = WarningLog()
  ) async throws -> [PullScene.Outcome] {
    try await pull(repositories, login, server, log: log) { $0.login.usesHarborSession = true }
  }

  private func signIns(_ server: ScriptedServer) -> Int { server.requests.count { $0.method == "POST" } }

  @Test("T139: one sign-in for all images; who has no right to one is told that, and not that his password is wrong")
  func session() async throws {
    try await ScriptedServer.run { server in
      server.serve(harbor)
      let right = try await pullBySession(["llsydn/nginx", "llsydn/app", "pub/nginx"], Self.login(), server)
      #expect(right.allSatisfy { $0.error == nil })
      #expect(signIns(server) == 1)
      let guest = Self.login("guest1")
      let outcomes = try await pullBySession(["llsydn/nginx", "pub/nginx"], guest, server)
      #expect(outcomes[0].registryError?.reason == .auth(.accessDenied(host: server.origin, origin: guest.origin)))
      #expect(outcomes[0].registryError?.answer?.words.first?.contains("unauthorized to access repository") == true)
      #expect(outcomes[1].error == nil)
      #expect(signIns(server) == 2)
    }
  }

  @Test(
    "T139: with --harbor-session, a public image comes without a login, and with a warning despite a wrong stored one")
  func sessionOfNobody() async throws {
    try await ScriptedServer.run { server in
      server.serve(harbor)
      let nobody = try await pullBySession(["pub/nginx", "llsydn/nginx"], nil, server)
      #expect(nobody[0].error == nil)
      #expect(nobody[1].failureClass == .authentication)
      #expect(signIns(server) == 0)
      let wrong = Self.login(Self.user, "canary-wrong")
      let log = WarningLog()
      let outcomes = try await pullBySession(["pub/nginx", "pub/app", "llsydn/nginx"], wrong, server, log: log)
      #expect(outcomes[0].error == nil && outcomes[1].error == nil)
      #expect(
        outcomes[2].registryError?.reason == .auth(.credentialsRefused(host: server.origin, origin: wrong.origin)))
      let warning = PullWarning.anonymousInstead(host: server.authority, origin: wrong.origin)
      #expect(warnings(log) == [warning, warning])
      #expect(signIns(server) == 1)
      #expect(server.requests("/service/token").allSatisfy { !$0.carriesCredentials })
      // What was given for this command is not passed over.
      let given = try await pullBySession(["pub/nginx"], Self.login(Self.user, "canary-wrong", stored: false), server)
      #expect(given[0].registryError?.reason == .auth(.credentialsRefused(host: server.origin, origin: .commandLine)))
      #expect(signIns(server) == 2)
    }
  }

  @Test("T139: a robot is told that there is no session for it, before its secret is sent")
  func sessionOfRobot() async throws {
    try await ScriptedServer.run { server in
      server.serve(harbor)
      let outcomes = try await pullBySession(["llsydn/nginx"], Self.login(Self.robot), server)
      #expect(
        outcomes[0].registryError?.reason
          == .auth(.noSessionForRobots(host: server.origin, origin: Self.login(Self.robot).origin)))
      #expect(server.requests.allSatisfy { !$0.holdsCanary })
    }
  }

  @Test("T139: a session that is over is opened once more")
  func sessionEnds() async throws {
    try await ScriptedServer.run { server in
      var harbor = harbor
      // The first session lasts for the manifest, the next for all.
      harbor.endsSessions = { server.requests.contains { $0.path.contains("/blobs/") } && signIns(server) == 1 }
      server.serve(harbor)
      let outcomes = try await pullBySession(["llsydn/nginx"], Self.login(), server)
      #expect(outcomes[0].error == nil)
      #expect(signIns(server) == 2)
    }
  }

  // MARK: Credentials and refusals over time

  @Test("T140: the place of a login is asked once for a repository, whatever becomes of its tokens")
  func placeAskedOnce() async throws {
    try await ScriptedServer.run { server in
      // The first token is good for the manifest only.
      server.protect(image, service: "registry") { token, request in token == "t2" || !request.path.contains("/blobs/")
      }
      server.giveTokens { _ in .token(server.requests("/service/token").count > 1 ? "t2" : "t1") }
      try await PullScene.run { scene in
        let source = CountingSource(Self.login())
        scene.access.login.credentials = source
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.error == nil)
        #expect(server.requests("/service/token").count == 2)
        #expect(source.asked.count == 1)
      }
    }
  }

  @Test(
    "T140: a login that was accepted and is refused now is looked up once more: it may have been replaced meanwhile")
  func replacedLogin() async throws {
    try await ScriptedServer.run { server in
      let isOld = Mutex(true)
      server.protect(image, service: "registry") { token, request in
        guard request.path.contains("/blobs/") else { return token == "first" }
        isOld.withLock { $0 = false }
        return token == "second"
      }
      server.giveTokens { request in
        switch request.basicCredentials {
        case "me:canary-1": isOld.withLock { $0 } ? .token("first") : Reply(401)
        case "me:canary-2": .token("second")
        default: Reply(401)
        }
      }
      struct Replaced: CredentialSource {
        let isOld: @Sendable () -> Bool
        func credential(for query: CredentialQuery) -> FoundCredential? {
          FoundCredential(
            .password(username: "me", password: isOld() ? "canary-1" : "canary-2"), from: .helper(name: "h", key: "k"))
        }
      }
      try await PullScene.run { scene in
        scene.access.login.credentials = Replaced { isOld.withLock { $0 } }
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.error == nil, "\(String(describing: outcome.error))")
      }
    }
  }

  @Test("T140: a refusal ends: after some minutes the same password is tried again, and not before")
  func refusalEnds() async throws {
    try await ScriptedServer.run { server in
      let isRight = Mutex(false)
      server.protect(image, service: "registry") { token, _ in token == "mine" }
      server.giveTokens { $0.basicCredentials != nil && isRight.withLock { $0 } ? .token("mine") : Reply(401) }
      try await PullScene.run { scene in
        let clock = ManualClock()
        scene.access.login.credentials = CountingSource(Self.login(stored: false))
        scene.access.login.refusalLifetime = .seconds(300)
        let pull = try ImagePull(
          scene.access, registries: [], retrier: Retrier(clock: clock, now: { 1_000_000 }, jitter: { 0 }))
        let name = "\(server.authority)/team/app:1"
        let output = scene.folder.appending("a.tar").string
        /// Whether a pull came through, and how often the password had been sent by then.
        func expectPull(_ isDone: Bool, sent: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
          var request = PullRequest(reference: try ImageReference(parsing: name))
          request.output = .file(output)
          let result = try? await pull.run(request) { _ in }
          #expect((result != nil) == isDone, sourceLocation: sourceLocation)
          #expect(server.requests.count { $0.basicCredentials != nil } == sent, sourceLocation: sourceLocation)
        }
        try await expectPull(false, sent: 1)
        isRight.withLock { $0 = true }
        clock.advance(by: .seconds(299))
        try await expectPull(false, sent: 1)
        clock.advance(by: .seconds(1))
        try await expectPull(true, sent: 2)
        try await pull.close()
      }
    }
  }
}
