import RegistryAuth
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("Registries, as they are")
struct RegistryHabitTests {
  private let image = ImageFixture(layers: [150_000, 20_000], seed: 80)

  @Test("an image comes, and the login goes nowhere else", arguments: RegistryHabit.all)
  func pull(habit: RegistryHabit) async throws {
    try await NamedServers.run(habit.hosts) { scene, servers in
      habit.serve(image, at: servers)
      if let login = habit.login {
        let parts = login.split(separator: ":", maxSplits: 1).map(String.init)
        scene.access.login.credentials = FixedCredential(
          FoundCredential(.password(username: parts[0], password: parts[1]), from: .commandLine), for: [habit.registry])
      }
      let outcome = try await scene.pull("\(habit.registry)/\(habit.repository):1")
      #expect(outcome.error == nil)
      #expect(scene.files.count == 1)
      if let storage = habit.storage {
        let asked = servers[storage.host].requests
        #expect(!asked.isEmpty)
        #expect(asked.allSatisfy { !$0.carriesCredentials && $0.query == storage.query })
      }
      if let place = habit.ownStorage {
        #expect(servers[habit.registry].requests.contains { $0.path.hasPrefix(place) && $0.status == 200 })
      }
      let tokens = habit.tokenHost.map { servers[$0].requests.filter { $0.target == habit.tokenTarget } } ?? []
      #expect(tokens.count == (habit.tokenTarget == nil ? 0 : 1))
      // Where there are tokens the password goes for them only.
      let passwords = servers[habit.registry].requests.filter {
        $0.basicCredentials != nil && $0.target != habit.tokenTarget
      }
      #expect(passwords.isEmpty == (habit.tokenTarget != nil || habit.login == nil))
    }
  }

  @Test("a token that has expired is fetched anew where its refusal has no challenge (Google)")
  func silentRefusal() async throws {
    let habit = try #require(RegistryHabit.all.first { $0.challengesOnce })
    try await NamedServers.run(habit.hosts) { scene, servers in
      let server = servers[habit.registry]
      let tokens = Turns()
      // The first is good for the manifest only.
      server.add(
        Rule("GET", "/v2/\(habit.repository)/blobs/*", Reply(401, text: "{}")).when { $0.bearerToken == "t0" })
      server.on("GET", "/v2/token") { _ in .json(#"{"token":"t\#(tokens.next())","expires_in":43200}"#) }
      var open = habit
      open.goodTokens = ["t0", "t1"]
      open.serve(image, at: servers)
      let outcome = try await scene.pull("\(habit.registry)/\(habit.repository):1")
      #expect(outcome.error == nil)
      #expect(server.requests("/v2/token").count == 2)
    }
  }

  @Test("a login that has run out is told in the registry's words (ECR)")
  func expiredLogin() async throws {
    let words = "Your authorization token has expired. Reauthenticate and try again."
    try await NamedServers.run(["123456789012.dkr.ecr.us-east-1.amazonaws.com"]) { scene, servers in
      let registry = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
      servers[registry].on("/v2/team/app/manifests/1") { request in
        request.basicCredentials == nil
          ? Reply(
            401,
            headers: [
              ("WWW-Authenticate", #"Basic realm="https://\#(registry)/",service="ecr.amazonaws.com""#),
              ("Content-Type", "text/plain; charset=utf-8"),
            ], text: "Not Authorized\n")
          : .registryError(403, "DENIED", words)
      }
      let missing = try await scene.pull("\(registry)/team/app:1")
      #expect(missing.registryError?.reason == .auth(.loginRequired(host: "https://\(registry)")))
      #expect(missing.registryError?.answer?.words == ["Not Authorized"])
      scene.access.login.credentials = FixedCredential(
        FoundCredential(.password(username: "AWS", password: "canary"), from: .commandLine), for: [registry])
      let outcome = try await scene.pull("\(registry)/team/app:1")
      #expect(outcome.failureClass == .authentication)
      #expect(outcome.registryError?.answer?.words == ["DENIED: \(words)"])
    }
  }

  @Test("a token service that gives nobody a token says so by its code (Google)")
  func nobody() async throws {
    let words =
      "Unauthenticated request. Unauthenticated requests do not have permission \"artifactregistry.repositories.downloadArtifacts\" on resource \"projects/project/locations/europe/repositories/repo\" (or it may not exist)"
    let habit = try #require(RegistryHabit.all.first { $0.challengesOnce })
    try await NamedServers.run(habit.hosts) { scene, servers in
      servers[habit.registry].addFirst(
        Rule("GET", "/v2/token", .registryError(403, "DENIED", words)))
      habit.serve(image, at: servers)
      let outcome = try await scene.pull("\(habit.registry)/\(habit.repository):1")
      guard case .auth(.loginRequired) = outcome.registryError?.reason else {
        Issue.record("\(String(describing: outcome.error))")
        return
      }
      #expect(outcome.registryError?.answer?.words == ["DENIED: \(words)"])
    }
  }

  /// What stands at the host's usual port, beside the registry, where the token service was announced.
  enum Neighbour: String, CaseIterable, Sendable {
    case unknownPath, page
  }

  @Test(
    "a realm without the registry's port, where its web page answers, is asked at the port (Nexus)",
    arguments: Neighbour.allCases)
  func realmWithoutPort(_ neighbour: Neighbour) async throws {
    let (registry, page) = ("nexus.example.com:8083", "nexus.example.com")
    try await NamedServers.run([registry, page]) { scene, servers in
      let realm = "https://\(page)/v2/token"
      servers[registry].protect(image, repository: "team/app", tag: "1", realm: realm, service: realm) { token, _ in
        token == "t"
      }
      servers[page].on(
        "/v2/token",
        reply: neighbour == .page ? .html("<!doctype html><title>Nexus</title>") : Reply(404, text: "Not found"))
      servers[registry].on("GET", "/v2/token") { request in
        request.basicCredentials == "me:canary" ? .token("t") : Reply(401)
      }
      let stranger = try await scene.pull("\(registry)/team/app:1")
      #expect(stranger.registryError?.reason == .auth(.loginRequired(host: "https://\(registry)")))
      scene.access.login.credentials = FixedCredential(
        FoundCredential(.password(username: "me", password: "canary"), from: .commandLine), for: [registry])
      let outcome = try await scene.pull("\(registry)/team/app:1")
      #expect(outcome.error == nil)
      #expect(servers[page].requests.count == 2)
    }
  }

  @Test("a realm that is another one once the token has expired: the first is asked again (NGC)")
  func otherRealmAfterExpiry() async throws {
    try await NamedServers.run(["nvcr.io", "authn.nvidia.com"]) { scene, servers in
      let server = servers["nvcr.io"]
      let scope = #"scope="repository:nvidia/cuda:pull""#
      let tokens = Turns()
      server.on("GET", "/proxy_auth") { _ in .json(#"{"token":"t\#(tokens.next())"}"#) }
      servers["authn.nvidia.com"].on("/token", reply: Reply(401))
      let refusal: @Sendable (RecordedRequest) -> Reply? = { [image] request in
        let isBlob = image.blobs.contains { request.path.hasSuffix($0.digest) }
        if request.bearerToken == "t1" || request.bearerToken == "t0" && !isBlob { return nil }
        let realm =
          request.bearerToken == nil
          ? #"realm="https://nvcr.io/proxy_auth""#
          : #"realm="https://authn.nvidia.com/token",service="registry",error="invalid_token""#
        return Reply(401, headers: [("WWW-Authenticate", "Bearer \(realm),\(scope)")])
      }
      for tag in ["1", image.manifest.digest] {
        server.on("/v2/nvidia/cuda/manifests/\(tag)") { [image] in refusal($0) ?? .manifest(image.manifest) }
      }
      for blob in image.blobs {
        server.on("/v2/nvidia/cuda/blobs/\(blob.digest)") { refusal($0) ?? .blob(blob.body, for: $0) }
      }
      let outcome = try await scene.pull("nvcr.io/nvidia/cuda:1")
      #expect(outcome.error == nil)
      #expect(server.requests("/proxy_auth").count == 2)
      #expect(servers["authn.nvidia.com"].requests.isEmpty)
    }
  }

  @Test(
    "a stored login that has run out is passed over for an image that everybody may have (ECR Public)",
    arguments: [true, false])
  func expiredLoginOfPublicImage(isPublic: Bool) async throws {
    let words = "Your authorization token has expired. Reauthenticate and try again."
    let habit = try #require(RegistryHabit.all.first { $0.registry == "public.ecr.aws" })
    try await NamedServers.run(habit.hosts) { scene, servers in
      let server = servers[habit.registry]
      // Its token service makes a token of any password.
      server.on("GET", "/token/") { $0.basicCredentials == nil ? .token("t") : .token("of-the-login") }
      server.add(
        Rule("GET", "/v2/\(habit.repository)/*", .registryError(403, "DENIED", words)).when {
          $0.bearerToken == "of-the-login" || !isPublic && $0.bearerToken != nil
        })
      habit.serve(image, at: servers)
      let origin = CredentialOrigin.file(path: "/home/me/.docker/config.json", key: habit.registry)
      let login = FoundCredential(.password(username: "AWS", password: "canary"), from: origin)
      scene.access.login.credentials = FixedCredential(login, for: [habit.registry])
      let log = WarningLog()
      let outcome = try await scene.pull("\(habit.registry)/\(habit.repository):1", observe: log.observe)
      // With the login, and once as everybody.
      #expect(server.requests("/token/").count == 2)
      guard isPublic else {
        #expect(outcome.registryError?.reason == .network(.forbidden(status: 403)))
        #expect(outcome.registryError?.answer?.words == ["DENIED: \(words)"])
        return
      }
      #expect(outcome.error == nil)
      #expect(server.requests.count { $0.bearerToken == "of-the-login" } == 1)
      #expect(log.all == [.anonymousInstead(host: habit.registry, origin: origin)])
      // A login that was named for this pull is not passed over.
      scene.access.login.credentials = FixedCredential(
        FoundCredential(.password(username: "AWS", password: "canary"), from: .commandLine), for: [habit.registry])
      let named = try await scene.pull("\(habit.registry)/\(habit.repository):1")
      #expect(named.registryError?.reason == .network(.forbidden(status: 403)))
    }
  }
}
