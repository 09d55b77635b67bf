import ImageModel
import RegistryAuth
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

/// What a user meets who names a mirror as the registry.
@Suite("Mirrors named as the registry, as they are")
struct NamedMirrorTests {
  private static let mirror = "docker.m.daocloud.io"
  private let image = ImageFixture(layers: [300_000, 50_000], seed: 70)
  private let manifests = "/v2/library/nginx/manifests/1.21.4"

  private func serve(_ server: ScriptedServer, ranges: Reply.Ranges = .honest) {
    server.serve(image, repository: "library/nginx", tag: "1.21.4", ranges: ranges)
  }

  private func challenge(_ realm: String) -> Reply {
    Reply(
      401, headers: [("WWW-Authenticate", #"Bearer realm="\#(realm)",service="registry.docker.io""#)],
      text: #"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#)
  }

  @Test(
    "styles: the mirror's host in place of the registry's, and the registry's name before the image's",
    arguments: [
      ("docker.m.daocloud.io", "library/nginx"), ("m.daocloud.io", "docker.io/library/nginx"),
    ])
  func styles(host: String, repository: String) async throws {
    try await NamedServers.run([host]) { scene, servers in
      servers[host].serve(image, repository: repository, tag: "1.21.4")
      let outcome = try await scene.pull("\(host)/\(repository):1.21.4")
      #expect(outcome.error == nil)
      #expect(outcome.result?.imageName == "\(host)/\(repository):1.21.4")
      let name = try ImageReference(parsing: "nginx:1.21.4")
      let named = try await scene.pull("\(host)/\(repository):1.21.4", change: { $0.name = name })
      #expect(named.result?.imageName == "nginx:1.21.4")
    }
  }

  @Test(
    "lists: an image that is not on the mirror's list, told at the manifest or at a blob", arguments: [true, false])
  func allowList(isAtManifest: Bool) async throws {
    let words = "this image is not in the allowlist"
    try await NamedServers.run([Self.mirror]) { scene, servers in
      let server = servers[Self.mirror]
      if isAtManifest {
        server.on(manifests, reply: Reply(403, text: words))
      } else {
        server.serveManifest(image.manifest, repository: "library/nginx", tag: "1.21.4")
        server.on("/v2/library/nginx/blobs/*", reply: .registryError(403, "DENIED", words))
      }
      let outcome = try await scene.pull("docker.m.daocloud.io/library/nginx:1.21.4")
      #expect(outcome.registryError?.reason == .network(.forbidden(status: 403)))
      #expect(outcome.failureClass == .authentication)
      #expect(outcome.registryError?.answer?.words == [isAtManifest ? words : "DENIED: \(words)"])
    }
  }

  @Test("lists: the token service says no: not a login is missing, but the image")
  func allowListAtToken() async throws {
    try await NamedServers.run([Self.mirror]) { scene, servers in
      let server = servers[Self.mirror]
      server.on(manifests, reply: challenge("https://docker.m.daocloud.io/auth/token"))
      server.on("/auth/token", reply: Reply(403, text: "this image is not in the allowlist"))
      let outcome = try await scene.pull("docker.m.daocloud.io/library/nginx:1.21.4")
      #expect(outcome.registryError?.reason == .network(.forbidden(status: 403)))
      #expect(outcome.registryError?.answer?.words == ["this image is not in the allowlist"])
      #expect(server.requests("/auth/token").count == 1)
    }
  }

  @Test("realms: a token service that wants a login says so by its code (GHCR, GitLab)")
  func deniedAtToken() async throws {
    try await NamedServers.run(["ghcr.io"]) { scene, servers in
      let server = servers["ghcr.io"]
      server.on("/v2/team/app/manifests/1", reply: challenge("https://ghcr.io/token"))
      server.on("/token", reply: .registryError(403, "DENIED", "requested access to the resource is denied"))
      let outcome = try await scene.pull("ghcr.io/team/app:1")
      guard case .auth(.loginRequired) = outcome.registryError?.reason else {
        Issue.record("\(String(describing: outcome.error))")
        return
      }
      #expect(outcome.registryError?.answer?.words == ["DENIED: requested access to the resource is denied"])
    }
  }

  @Test("realms: where a mirror still names auth.docker.io, an anonymous token of that is good")
  func realmOfTheHub() async throws {
    try await NamedServers.run([Self.mirror, "auth.docker.io"]) { scene, servers in
      let (mirror, auth) = (servers[Self.mirror], servers["auth.docker.io"])
      mirror.protect(
        image, repository: "library/nginx", tag: "1.21.4", realm: "https://auth.docker.io/token",
        service: "registry.docker.io"
      ) { token, _ in token == "t" }
      auth.giveTokens(at: "/token") { _ in .token("t") }
      let outcome = try await scene.pull("docker.m.daocloud.io/library/nginx:1.21.4")
      #expect(outcome.error == nil)
      #expect(auth.requests.allSatisfy { !$0.carriesCredentials })
    }
  }

  @Test("realms: a password for the mirror does not go to auth.docker.io, which it names")
  func passwordForTheMirror() async throws {
    try await NamedServers.run([Self.mirror, "auth.docker.io"]) { scene, servers in
      servers[Self.mirror].on(manifests, reply: challenge("https://auth.docker.io/token"))
      scene.access.login.credentials = FixedCredential(
        FoundCredential(.password(username: "me", password: "canary"), from: .commandLine), for: [Self.mirror])
      let outcome = try await scene.pull("docker.m.daocloud.io/library/nginx:1.21.4")
      #expect(outcome.failureClass == .refused)
      #expect(servers["auth.docker.io"].connections == 0)
    }
  }

  @Test("realms: auth.docker.io is out of reach, and the mirror names its own token service at /v2/ only")
  func realmBehindTheWall() async throws {
    try await NamedServers.run([Self.mirror], closed: ["auth.docker.io"]) { scene, servers in
      let server = servers[Self.mirror]
      server.protect(
        image, repository: "library/nginx", tag: "1.21.4", realm: "https://auth.docker.io/token",
        service: "registry.docker.io"
      ) { token, _ in token == "mirror-token" }
      // The same path at the mirror is not its token service.
      server.on("/token", reply: .html("<html>Not Found</html>", status: 404))
      server.on(
        "/v2/",
        reply: Reply(
          401,
          headers: [
            (
              "WWW-Authenticate",
              #"Bearer realm="https://docker.m.daocloud.io/v2/auth",service="cloudflare-docker-proxy""#
            )
          ]))
      server.on("/v2/auth") {
        $0.queryValues("service") == ["cloudflare-docker-proxy"] ? .token("mirror-token") : Reply(400)
      }
      let outcome = try await scene.pull("docker.m.daocloud.io/library/nginx:1.21.4")
      #expect(outcome.error == nil)
      #expect(server.requests("/v2/auth").count == 1)
    }
  }

  @Test("realms: out of reach everywhere, the one that was announced is named")
  func realmNowhere() async throws {
    try await NamedServers.run([Self.mirror], closed: ["auth.docker.io"]) { scene, servers in
      let server = servers[Self.mirror]
      server.on(manifests, reply: challenge("https://auth.docker.io/token"))
      server.on("/token", reply: Reply(404))
      server.on("/v2/", reply: challenge("https://auth.docker.io/token"))
      let outcome = try await scene.pull("docker.m.daocloud.io/library/nginx:1.21.4")
      #expect(
        outcome.registryError?.reason
          == .auth(
            .realmUnreachable(
              realm: "https://auth.docker.io/token", .network(.connectionRefused(host: "https://auth.docker.io")))))
      #expect(outcome.failureClass == .network)
    }
  }

  @Test("realms: a mirror on a port that names itself without it is asked at the port")
  func realmWithoutPort() async throws {
    try await NamedServers.run(["mirror.example.com:8443"], closed: ["mirror.example.com"]) { scene, servers in
      let server = servers["mirror.example.com:8443"]
      server.protect(
        image, repository: "library/nginx", tag: "1.21.4", realm: "https://mirror.example.com/v2/auth",
        service: "cloudflare-docker-proxy"
      ) { token, _ in token == "t" }
      server.giveTokens(at: "/v2/auth") { _ in .token("t") }
      let outcome = try await scene.pull("mirror.example.com:8443/library/nginx:1.21.4")
      #expect(outcome.error == nil)
    }
  }

  @Test("cloudflare-docker-proxy: a missing library/ is a 301, and ranges are lost on the way to the Hub's storage")
  func cloudflare() async throws {
    try await NamedServers.run([Self.mirror]) { scene, servers in
      let server = servers[Self.mirror]
      let challenge = challenge("https://docker.m.daocloud.io/v2/auth")
      let guarded: @Sendable (RecordedRequest, Reply) -> Reply = { $0.bearerToken == "t" ? $1 : challenge }
      server.on("/v2/nginx/manifests/1.21.4") { guarded($0, .redirect(301, to: "/v2/library/nginx/manifests/1.21.4")) }
      server.on("/v2/nginx/blobs/*") {
        guarded($0, .redirect(301, to: $0.path.replacing("/v2/nginx/", with: "/v2/library/nginx/")))
      }
      let manifest = image.manifest
      server.on(manifests) { guarded($0, .manifest(manifest)) }
      for blob in image.blobs {
        server.on("/v2/library/nginx/blobs/\(blob.digest)") { guarded($0, .blob(blob.body, for: $0, ranges: .ignored)) }
      }
      server.giveTokens(at: "/v2/auth") { _ in .token("t") }
      let outcome = try await scene.pull("docker.m.daocloud.io/nginx:1.21.4")
      #expect(outcome.error == nil)
      #expect(server.requests("/v2/auth").count == 1)
    }
  }

  @Test("CF-Workers: no browser's name is sent, and a scope whose slashes and colons stand as they are")
  func workers() async throws {
    try await NamedServers.run([Self.mirror]) { scene, servers in
      let server = servers[Self.mirror]
      server.protect(
        image, repository: "library/nginx", tag: "1.21.4", realm: "https://docker.m.daocloud.io/token",
        service: "registry.docker.io"
      ) { token, _ in token == "t" }
      server.giveTokens(at: "/token") { _ in .token("t") }
      let outcome = try await scene.pull("docker.m.daocloud.io/library/nginx:1.21.4")
      #expect(outcome.error == nil)
      #expect(server.requests.allSatisfy { $0.header("user-agent")?.lowercased().contains("mozilla") == false })
      #expect(
        server.requests("/token").map(\.query) == ["service=registry.docker.io&scope=repository:library/nginx:pull"])
    }
  }

  @Test("hubproxy: no challenge and no ranges, and every failure behind it is its own 404")
  func hubproxy() async throws {
    try await NamedServers.run([Self.mirror]) { scene, servers in
      let server = servers[Self.mirror]
      serve(server, ranges: .ignored)
      let outcome = try await scene.pull("docker.m.daocloud.io/library/nginx:1.21.4")
      #expect(outcome.error == nil)
      server.on("/v2/library/nginx/manifests/9", reply: Reply(404, text: "Manifest not found"))
      let missing = try await scene.pull("docker.m.daocloud.io/library/nginx:9")
      #expect(missing.registryError?.reason == .manifestNotFound)
      #expect(missing.registryError?.answer?.words == ["Manifest not found"])
    }
  }

  @Test("no query of containerd's (ns=) is sent, which some registries answer with 400")
  func noNamespace() async throws {
    try await NamedServers.run([Self.mirror]) { scene, servers in
      serve(servers[Self.mirror])
      let outcome = try await scene.pull("docker.m.daocloud.io/library/nginx:1.21.4")
      #expect(outcome.error == nil)
      #expect(servers.requests.allSatisfy { $0.query.isEmpty })
    }
  }

  @Test(
    "web pages: HTML with status 200 where a manifest, a token or a layer should be",
    arguments: ["manifest", "token", "layer"])
  func webPages(place: String) async throws {
    let page = Reply.html("<!DOCTYPE html><html><title>Harbor</title></html>")
    try await NamedServers.run([Self.mirror]) { scene, servers in
      let server = servers[Self.mirror]
      switch place {
      case "manifest": server.on(manifests, reply: page)
      case "token":
        server.on(manifests, reply: challenge("https://docker.m.daocloud.io/token"))
        server.on("/token", reply: page)
      default:
        server.serveManifest(image.manifest, repository: "library/nginx", tag: "1.21.4")
        server.serve(image.config, repository: "library/nginx")
        server.on("/v2/library/nginx/blobs/*", reply: page)
      }
      let outcome = try await scene.pull("docker.m.daocloud.io/library/nginx:1.21.4")
      #expect(outcome.registryError?.reason == .network(.webPage(host: "https://docker.m.daocloud.io")))
      #expect(outcome.failureClass == .network)
    }
  }

  @Test("stale: a manifest by digest that is another one is not taken")
  func stale() async throws {
    try await NamedServers.run([Self.mirror]) { scene, servers in
      let server = servers[Self.mirror]
      let old = ImageFixture(layers: [1_000], seed: 71)
      server.on("/v2/library/nginx/manifests/\(image.manifest.digest)", reply: .manifest(old.manifest))
      let outcome = try await scene.pull("docker.m.daocloud.io/library/nginx@\(image.manifest.digest)")
      #expect(outcome.failureClass == .integrity)
      #expect(scene.files.isEmpty)
    }
  }

  @Test("a mirror without Docker-Content-Digest, with a Content-Type of its own, is taken at its bytes")
  func plainHeaders() async throws {
    try await NamedServers.run([Self.mirror]) { scene, servers in
      let server = servers[Self.mirror]
      server.on(
        manifests, reply: Reply(headers: [("Content-Type", "application/json")], body: image.manifest.body))
      server.serveBlobs(image, repository: "library/nginx")
      let outcome = try await scene.pull("docker.m.daocloud.io/library/nginx:1.21.4")
      #expect(outcome.error == nil)
    }
  }
}
