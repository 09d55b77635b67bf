import ImageModel
import MachineConfiguration
import PullScenes
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

/// The same scenes with a login from each place that it may come from.
@Suite("A login, wherever it comes from")
struct LoginSourceTests {
  private let image = ImageFixture(layers: [200_000, 100_000], seed: 34)

  /// A pull with a login for `registry` from this place.
  private func pull(
    _ source: LoginSource, _ server: ScriptedServer, loginFor registry: String? = nil,
    _ check: (PullScene, PullScene.Outcome) async throws -> Void
  ) async throws {
    try await source.run(for: registry ?? server.authority, named: [server.authority]) { chain in
      try await PullScene.run { scene in
        scene.access.login.credentials = chain
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        for text in ["\(outcome)", String(reflecting: outcome.error)] {
          #expect(!text.contains("canary"), "T041: \(source)")
        }
        try await check(scene, outcome)
      }
    }
  }

  private func protect(_ server: ScriptedServer, for source: LoginSource, realm: String? = nil) {
    server.protect(image, realm: realm, service: "registry") { token, _ in source.isGood(token) }
  }

  @Test("T031: it lets a pull in, at the token service of the registry's own origin", arguments: LoginSource.allCases)
  func letsIn(source: LoginSource) async throws {
    try await ScriptedServer.run { server in
      protect(server, for: source)
      server.giveTokensForLogin()
      try await pull(source, server) { scene, outcome in
        #expect(outcome.error == nil)
        #expect(scene.files == ["app_1.tar"])
        #expect(server.requests("/service/token").count == (source.asksTokenService ? 1 : 0))
        #expect(server.requests.contains { $0.provesLogin })
        #expect(
          server.requests.filter(\.holdsCanary).allSatisfy {
            source.asksTokenService ? $0.path == "/service/token" : $0.bearerToken == canaryPassword
          })
      }
    }
  }

  @Test("T026, T027: storage elsewhere gets nothing of it", arguments: LoginSource.allCases)
  func storage(source: LoginSource) async throws {
    try await ScriptedServer.run { storage in
      for blob in image.blobs { storage.on("/store/\(blob.digest)") { .blob(blob.body, for: $0) } }
      try await ScriptedServer.run { server in
        server.giveTokensForLogin()
        redirectBlobs(server, to: storage.origin, for: source)
        protect(server, for: source)
        try await pull(source, server) { scene, outcome in
          #expect(outcome.error == nil)
          #expect(storage.requests.count >= 2)
          #expect(storage.requests.allSatisfy { !$0.carriesCredentials && !$0.holdsCanary })
        }
      }
    }
  }

  @Test("T028: storage that asks for a login gets none", arguments: LoginSource.allCases)
  func storageAsks(source: LoginSource) async throws {
    try await ScriptedServer.run { storage in
      storage.on("*", "/*", reply: Reply(401, headers: [("WWW-Authenticate", #"Basic realm="s3""#)]))
      try await ScriptedServer.run { server in
        server.giveTokensForLogin()
        redirectBlobs(server, to: storage.origin, for: source)
        protect(server, for: source)
        try await pull(source, server) { _, outcome in
          #expect(outcome.failureClass == .network)
          #expect(!storage.requests.isEmpty)
          #expect(storage.requests.allSatisfy { !$0.carriesCredentials && !$0.holdsCanary })
        }
      }
    }
  }

  private func redirectBlobs(_ server: ScriptedServer, to origin: String, for source: LoginSource) {
    for blob in image.blobs {
      server.add(
        Rule("GET", "/v2/team/app/blobs/\(blob.digest)", .redirect(to: "\(origin)/store/\(blob.digest)"))
          .when { source.isGood($0.bearerToken) })
    }
  }

  @Test("T030: a realm on another host is asked nothing; it is named", arguments: LoginSource.allCases)
  func attacker(source: LoginSource) async throws {
    try await ScriptedServer.run { attacker in
      try await ScriptedServer.run { server in
        protect(server, for: source, realm: "http://localhost:\(attacker.port)/token")
        try await pull(source, server) { scene, outcome in
          #expect(attacker.connections == 0)
          guard source.asksTokenService else {
            #expect(outcome.error == nil)
            return
          }
          #expect(outcome.failureClass == .refused)
          guard case .auth(.realmRefused(_, .untrustedHost(let host))) = outcome.registryError?.reason else {
            Issue.record("\(String(describing: outcome.error))")
            return
          }
          #expect(host == "localhost")
          #expect(scene.files.isEmpty)
        }
      }
    }
  }

  @Test("T033: a token service that redirects is not followed", arguments: LoginSource.allCases)
  func redirectedTokenService(source: LoginSource) async throws {
    try await ScriptedServer.run { other in
      try await ScriptedServer.run { server in
        protect(server, for: source)
        server.giveTokensForLogin(.redirect(307, to: "\(other.origin)/token"))
        try await pull(source, server) { scene, outcome in
          #expect(outcome.failureClass == (source.asksTokenService ? .refused : nil))
          #expect(other.connections == 0)
          #expect(scene.files.isEmpty == source.asksTokenService)
        }
      }
    }
  }

  @Test(
    "T034: it stays where it is when its registry's name only begins or ends like this one",
    arguments: LoginSource.allCases)
  func otherRegistry(source: LoginSource) async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      for other in ["\(server.authority)0", "x\(server.authority)", "127.0.0.1", "\(server.authority)/tea"] {
        // What the command itself gives is for the registries that it names.
        if [.commandLine, .environment].contains(source) { continue }
        if [.helper, .ownHelper].contains(source), other.contains("/") { continue }
        try await pull(source, server, loginFor: other) { _, outcome in #expect(outcome.error == nil) }
      }
      #expect(server.requests.allSatisfy { !$0.carriesCredentials && !$0.holdsCanary })
    }
  }

  @Test("T038: fresh tokens that are refused end after two", arguments: LoginSource.allCases)
  func refusedTokens(source: LoginSource) async throws {
    try await ScriptedServer.run { server in
      server.protect(image, service: "registry") { _, _ in false }
      server.giveTokensForLogin()
      try await pull(source, server) { scene, outcome in
        #expect(outcome.failureClass == .authentication)
        // A token that is stored is tried once, and then everybody's is asked for.
        #expect(server.requests.filter(\.provesLogin).count == (source.asksTokenService ? 2 : 1))
        #expect(server.requests("/service/token").count == (source.asksTokenService ? 2 : 1))
        #expect(scene.files.isEmpty)
      }
    }
  }

  @Test(
    "T039: challenges that say nothing usable tell nobody anything", arguments: LoginSource.allCases,
    ["", "Bearer", "Negotiate", #"Bearer realm="javascript:x""#, #"Digest realm="r",nonce="n""#])
  func unusable(source: LoginSource, challenge: String) async throws {
    try await ScriptedServer.run { server in
      server.on("/v2/team/app/manifests/1", reply: Reply(401, headers: [("WWW-Authenticate", challenge)]))
      try await pull(source, server) { scene, outcome in
        #expect([.authentication, .refused].contains(outcome.failureClass))
        #expect(server.requests.allSatisfy { !$0.holdsCanary || $0.bearerToken == canaryPassword })
        #expect(scene.files.isEmpty)
      }
    }
  }

  @Test("T080: a mirror that asks is not told the origin's login", arguments: LoginSource.allCases)
  func mirror(source: LoginSource) async throws {
    try await ScriptedServer.run { mirror in
      mirror.protect(image, service: "registry") { token, _ in token == "good" }
      mirror.on("GET,POST", "/service/token", reply: Reply(401))
      try await ScriptedServer.run { server in
        protect(server, for: source)
        server.giveTokensForLogin()
        try await source.run(for: server.authority) { chain in
          try await PullScene.run { scene in
            scene.access.login.credentials = chain
            scene.access.mirrors = [try #require(MirrorName(parsing: "http://\(mirror.authority)"))]
            let outcome = try await scene.pull("\(server.authority)/team/app:1")
            #expect(outcome.error == nil)
            #expect(!mirror.requests.isEmpty)
            #expect(mirror.requests.allSatisfy { !$0.holdsCanary && $0.basicCredentials == nil })
          }
        }
      }
    }
  }

  @Test(
    "T080: a mirror with a login of its own gets that",
    arguments: [LoginSource.authFile, .docker, .helper, .identityToken, .registryToken])
  func mirrorWithLogin(source: LoginSource) async throws {
    try await ScriptedServer.run { mirror in
      mirror.protect(image, repository: "hub/team/app", service: "registry") { token, _ in source.isGood(token) }
      mirror.giveTokensForLogin()
      try await ScriptedServer.run { server in
        server.serve(image)
        try await source.run(for: mirror.authority, named: [server.authority]) { chain in
          try await PullScene.run { scene in
            scene.access.login.credentials = chain
            scene.access.mirrors = [try #require(MirrorName(parsing: "http://\(mirror.authority)/hub"))]
            let outcome = try await scene.pull("\(server.authority)/team/app:1")
            #expect(outcome.error == nil)
            #expect(mirror.requests("/service/token").count == (source.asksTokenService ? 1 : 0))
            #expect(mirror.requests("/v2/hub/team/app/manifests/1").contains { $0.status == 200 })
            #expect(server.requests.allSatisfy { !$0.carriesCredentials && !$0.holdsCanary })
          }
        }
      }
    }
  }
}
