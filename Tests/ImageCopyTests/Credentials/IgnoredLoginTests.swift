import FoundationEssentials
import HTTPAccess
import ImageModel
import PullScenes
import RegistryAuth
import RegistryClient
import ScriptedServer
import Testing
import Waiting

@testable import ImageCopy

@Suite("Logins that a token service ignores")
struct IgnoredLoginTests {
  private let image = ImageFixture(layers: [100_000], seed: 5)

  /// What Harbor gives for a wrong password, or an expired robot's: since version 2.2 the subject is left out, before it was
  /// empty.
  private static let nobodys = [
    RecordedHarbor.token(of: nil, access: []), RecordedHarbor.token(of: "", access: []),
  ]

  private static let nobody = nobodys[0]

  private func pull(
    _ source: LoginSource, _ server: ScriptedServer,
    _ check: (PullScene.Outcome, [PullWarning]) -> Void
  ) async throws {
    try await source.run(for: server.authority) { chain in
      try await PullScene.run { scene in
        scene.access.login.credentials = chain
        let log = WarningLog()
        let outcome = try await scene.pull("\(server.authority)/team/app:1", observe: log.observe)
        check(outcome, log.all.filter { if case .plainHTTP = $0 { false } else { true } })
      }
    }
  }

  /// Every place whose login goes to Harbor's token service, which takes no refresh tokens.
  private static let sources = LoginSource.allCases.filter { ![.identityToken, .registryToken].contains($0) }

  @Test(
    "rows 5, 12: a wrong password, or an expired robot's, on a public project: a warning names its place",
    arguments: sources, nobodys)
  func publicProject(source: LoginSource, nobody: String) async throws {
    try await ScriptedServer.run { server in
      server.protect(image) { token, _ in token == nobody }
      server.giveTokens { _ in .token(nobody) }
      try await pull(source, server) { outcome, warnings in
        #expect(outcome.error == nil)
        guard case .anonymousInstead(server.authority, let origin) = warnings.first, warnings.count == 1 else {
          Issue.record("\(warnings)")
          return
        }
        #expect(source.isRight(origin))
        #expect(server.requests("/service/token").count == 1, "no question more than without the warning")
      }
    }
  }

  @Test(
    "rows 5, 12: the same on a project that is not public is an error that names its place",
    arguments: sources, nobodys)
  func privateProject(source: LoginSource, nobody: String) async throws {
    try await ScriptedServer.run { server in
      server.protect(image) { _, _ in false }
      server.giveTokens { _ in .token(nobody) }
      try await pull(source, server) { outcome, warnings in
        #expect(outcome.failureClass == .authentication)
        guard case .auth(.credentialsRefused(_, let origin)) = outcome.registryError?.reason else {
          Issue.record("\(String(describing: outcome.error))")
          return
        }
        #expect(source.isRight(origin))
        #expect(warnings.isEmpty)
        // Row 9: each further try could lock the account.
        #expect(server.requests.filter { $0.basicCredentials != nil }.count == 1)
        #expect(outcome.registryError?.answer?.words == ["UNAUTHORIZED: unauthorized to access repository"])
      }
    }
  }

  @Test(
    "rows 9, 12: a wrong password reaches Harbor once in a command, whatever is pulled and over how many connections")
  func lockOut() async throws {
    let image = ImageFixture(layers: .init(repeating: 300_000, count: 6), seed: 9)
    try await ScriptedServer.run { server in
      let names = ["open/app", "open/other", "closed/app", "closed/other"]
      for name in names {
        server.protect(image, repository: name) { token, _ in name.hasPrefix("open") && token == Self.nobody }
      }
      server.giveTokens { _ in .token(Self.nobody) }
      try await PullScene.run { scene in
        scene.access.network.connectionsPerHost = 8
        scene.access.login.credentials = FixedCredential(
          FoundCredential(.password(username: "robot$ci", password: canaryPassword), from: .commandLine),
          for: [server.authority])
        let pull = try ImagePull(scene.access, registries: [], retrier: Retrier(now: { 1_000_000 }, jitter: { 0 }))
        for (index, name) in names.enumerated() {
          var request = PullRequest(reference: try ImageReference(parsing: "\(server.authority)/\(name):1"))
          request.output = .file(scene.folder.appending("\(index).tar").string)
          let log = WarningLog()
          do {
            _ = try await pull.run(request, observe: log.observe)
            #expect(name.hasPrefix("open"))
            #expect(log.all.contains { if case .anonymousInstead = $0 { true } else { false } })
          } catch let error as RegistryError {
            #expect(name.hasPrefix("closed"))
            #expect(error.reason == .auth(.credentialsRefused(host: server.origin, origin: .commandLine)))
          }
        }
        try await pull.close()
      }
      #expect(server.requests.filter { $0.basicCredentials != nil }.count == 1)
    }
  }

  @Test(
    "row 5: a token that names somebody, or tells nothing, is no reason to warn",
    arguments: [
      RecordedHarbor.token(of: "robot$ci", access: []), "opaque", "..", "a.b.c", "e30.e30.e30",
      "x.\(String(repeating: "QUFB", count: 10_000)).y",
      "e30.eyJzdWIiOm51bGx9.x", "e30.eyJzdWIiOjF9.x", "e30.W10.x", "e30./////w.x", "\(nobody).more",
    ])
  func noWarning(token: String) async throws {
    try await ScriptedServer.run { server in
      server.protect(image) { found, _ in found == token }
      server.giveTokens { _ in .token(token) }
      try await pull(.commandLine, server) { outcome, warnings in
        #expect(outcome.error == nil)
        #expect(warnings.isEmpty)
      }
    }
  }

  @Test("row 5: another registry's token may have no subject, and nobody who gives no login is warned")
  func others() async throws {
    try await ScriptedServer.run { server in
      server.protect(image, service: "container_registry") { token, _ in token == Self.nobody }
      server.giveTokens { _ in .token(Self.nobody) }
      try await pull(.commandLine, server) { #expect($0.error == nil && $1.isEmpty) }
    }
    try await ScriptedServer.run { server in
      server.protect(image) { token, _ in token == Self.nobody }
      server.giveTokens { _ in .token(Self.nobody) }
      try await PullScene.run { scene in
        let log = WarningLog()
        let outcome = try await scene.pull("\(server.authority)/team/app:1", observe: log.observe)
        #expect(outcome.error == nil)
        #expect(!log.all.contains { if case .anonymousInstead = $0 { true } else { false } })
      }
    }
  }
}

@Suite("Refresh tokens")
struct RefreshTokenTests {
  @Test("a refresh token that comes with an access token is used from then on (RFC 6749 §6)")
  func rotation() async throws {
    let image = ImageFixture(layers: [100_000], seed: 6)
    try await ScriptedServer.run { server in
      let repositories = ["team/app", "team/other"]
      for repository in repositories {
        server.protect(image, repository: repository, service: "registry") { token, _ in token == repository }
      }
      // Each is good for one question.
      let turns = Turns()
      server.on("POST", "/service/token") { request in
        let number = turns.next()
        let expected = number == 0 ? canaryPassword : "canary-rotated-\(number)"
        let scope = request.form.values("scope").first ?? ""
        guard request.form.values("refresh_token") == [expected] else { return Reply(400) }
        // The last answer has none: the one that is there stays good.
        let next = number == 0 ? #","refresh_token":"canary-rotated-\#(number + 1)""# : ""
        return .json(#"{"access_token":"\#(scope.split(separator: ":")[1])"\#(next)}"#)
      }
      try await LoginSource.identityToken.run(for: server.authority) { chain in
        try await PullScene.run { scene in
          scene.access.login.credentials = chain
          let pull = try ImagePull(scene.access, registries: [], retrier: Retrier(now: { 1_000_000 }, jitter: { 0 }))
          for repository in repositories {
            var request = PullRequest(reference: try ImageReference(parsing: "\(server.authority)/\(repository):1"))
            request.output = .file(scene.folder.appending("\(repository.dropFirst(5)).tar").string)
            _ = try await pull.run(request) { _ in }
          }
          try await pull.close()
          #expect(
            server.requests("/service/token").map { $0.form.values("refresh_token") }
              == [[canaryPassword], ["canary-rotated-1"]])
        }
      }
    }
  }
}

extension LoginSource {
  /// Whether this is where it left its login.
  func isRight(_ origin: CredentialOrigin) -> Bool {
    switch (self, origin) {
    case (.commandLine, .commandLine), (.environment, .environment("DRAY_PASSWORD")): true
    case (.helper, .helper("test", _)), (.ownHelper, .helper("test", _)): true
    case (.authFile, .file(let path, _)): path.hasSuffix("/given.json")
    case (.registryAuthFile, .file(let path, _)): path.hasSuffix("/registry.json")
    case (.session, .file(let path, _)): path.hasSuffix("/run/containers/auth.json")
    case (.lasting, .file(let path, _)): path.hasSuffix("/.config/containers/auth.json")
    case (.docker, .file(let path, _)), (.identityToken, .file(let path, _)), (.registryToken, .file(let path, _)):
      path.hasSuffix("/.docker/config.json")
    default: false
    }
  }
}
