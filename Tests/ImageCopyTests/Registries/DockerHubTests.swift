import HTTPAccess
import ImageModel
import PullScenes
import RegistryAuth
import RegistryClient
import ScriptedServer
import Synchronization
import Testing

@testable import ImageCopy

@Suite("Docker Hub, as it is")
struct DockerHubTests {
  private static let registry = "registry-1.docker.io"
  private static let auth = "auth.docker.io"
  private let image = ImageFixture(layers: [200_000, 50_000], seed: 60)
  private let manifests = "/v2/library/nginx/manifests/1.21.4"

  /// The Hub with one official image, and its token service, which gives a token to everybody.
  private func hub(
    closed: [String] = [], _ body: @Sendable (inout PullScene, ScriptedServer, ScriptedServer) async throws -> Void
  ) async throws {
    try await NamedServers.run([Self.registry, Self.auth], closed: closed) { scene, servers in
      try await body(&scene, servers[Self.registry], servers[Self.auth])
    }
  }

  private func serve(_ registry: ScriptedServer, _ auth: ScriptedServer) {
    registry.protect(
      image, repository: "library/nginx", tag: "1.21.4", realm: "https://auth.docker.io/token",
      service: "registry.docker.io"
    ) { token, _ in token == "hub-token" }
    auth.giveTokens(at: "/token") { _ in
      .json(#"{"token":"hub-token","access_token":"hub-token","expires_in":300,"issued_at":"2026-01-01T00:00:00Z"}"#)
    }
  }

  @Test(
    "names: docker.io and its aliases are registry-1.docker.io, and an official image is in library/",
    arguments: [
      "nginx:1.21.4", "library/nginx:1.21.4", "docker.io/nginx:1.21.4", "index.docker.io/library/nginx:1.21.4",
      "registry-1.docker.io/library/nginx:1.21.4",
    ])
  func names(reference: String) async throws {
    try await hub { scene, registry, auth in
      serve(registry, auth)
      let outcome = try await scene.pull(reference)
      #expect(outcome.error == nil)
      #expect(outcome.result?.imageName == "nginx:1.21.4")
      #expect(auth.requests.map(\.target) == ["/token?service=registry.docker.io&scope=repository:library/nginx:pull"])
      #expect(registry.requests.allSatisfy { $0.values("host") == ["registry-1.docker.io"] })
      #expect(auth.requests.allSatisfy { $0.values("host") == ["auth.docker.io"] && !$0.carriesCredentials })
    }
  }

  @Test("names: the web site, which many take for the registry, is an error that shows the name to use")
  func webSite() {
    let error = #expect(throws: ImageReferenceError.self) {
      try ImageReference(parsing: "hub.docker.com/r/library/nginx:1.21.4")
    }
    #expect(error?.reason == .webSite("hub.docker.com"))
    #expect(error?.suggestion == "library/nginx:1.21.4")
    #expect(throws: ImageReferenceError.self) { try RegistryName(parsing: "hub.docker.com") }
  }

  @Test("login: the password goes to auth.docker.io, and nowhere else")
  func login() async throws {
    try await hub { scene, registry, auth in
      serve(registry, auth)
      scene.access.login.credentials = FixedCredential(
        FoundCredential(.password(username: "me", password: "dckr_pat_canary"), from: .commandLine), for: ["docker.io"])
      let outcome = try await scene.pull("nginx:1.21.4")
      #expect(outcome.error == nil)
      #expect(auth.requests.map(\.basicCredentials) == ["me:dckr_pat_canary"])
      #expect(registry.requests.allSatisfy { $0.basicCredentials == nil })
    }
  }

  @Test("login: an e-mail address for a name is refused by the token service; the error names that")
  func emailAddress() async throws {
    try await hub { scene, registry, auth in
      serve(registry, auth)
      auth.removeRules()
      auth.on("/token", reply: .json(#"{"details":"incorrect username or password"}"#, status: 401))
      scene.access.login.credentials = FixedCredential(
        FoundCredential(.password(username: "me@example.com", password: "p"), from: .commandLine), for: ["docker.io"])
      let outcome = try await scene.pull("nginx:1.21.4")
      #expect(
        outcome.registryError?.reason
          == .auth(.credentialsRefused(host: "https://auth.docker.io", origin: .commandLine)))
      #expect(outcome.registryError?.answer?.words == ["incorrect username or password"])
      #expect(auth.requests.count == 1)
    }
  }

  @Test("limits: what is left is read from the headers; a registry without limits sends none")
  func rateLimit() async throws {
    try await hub { scene, registry, auth in
      let manifest = image.manifest
      registry.on(
        manifests,
        reply: .manifest(manifest).header("ratelimit-limit", "100;w=21600")
          .header("ratelimit-remaining", "76;w=21600").header("docker-ratelimit-source", "192.0.2.1"))
      registry.serveBlobs(image, repository: "library/nginx")
      registry.serveManifest(manifest, repository: "library/nginx", tag: "other")
      let limits = Mutex<[RateLimit?]>([])
      for tag in ["1.21.4", "other"] {
        let outcome = try await scene.pull("nginx:\(tag)") { event in
          if case .started(let started) = event { limits.withLock { $0.append(started.rateLimit) } }
        }
        #expect(outcome.error == nil)
      }
      #expect(
        limits.withLock { $0 } == [RateLimit(limit: "100;w=21600", remaining: "76;w=21600", source: "192.0.2.1"), nil])
    }
  }

  @Test("limits: one pull asks for one manifest, of a list for the list and one more, and for no HEAD")
  func requestsThatCount() async throws {
    try await hub { scene, registry, auth in
      registry.serve(image, repository: "library/nginx", tag: "1.21.4")
      _ = try await scene.pull("nginx:1.21.4")
      #expect(registry.requests.filter { $0.path.contains("/manifests/") }.map(\.method) == ["GET"])
      let list = HarborTests.index(of: ["amd64": image.manifest, "arm64": image.manifest])
      registry.serveManifest(list, repository: "library/nginx", tag: "list")
      _ = try await scene.pull("nginx:list")
      #expect(registry.requests.filter { $0.path.contains("/manifests/") }.map(\.method) == ["GET", "GET", "GET"])
      #expect(registry.requests.allSatisfy { $0.method == "GET" })
    }
  }

  @Test(
    "limits: over the limit, the Hub's words and numbers are shown, after tries that are few",
    arguments: [
      (
        #"""
        {"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit. You may increase the \#
        limit by authenticating and upgrading: https://www.docker.com/increase-rate-limits"}]}
        """#,
        """
        TOOMANYREQUESTS: You have reached your pull rate limit. You may increase the limit by authenticating and \
        upgrading: https://www.docker.com/increase-rate-limits
        """
      ),
      ("Too Many Requests", "Too Many Requests"),
    ])
  func overTheLimit(body: String, words: String) async throws {
    try await hub { scene, registry, auth in
      registry.on(
        manifests,
        reply: Reply(429, text: body).header("ratelimit-limit", "100;w=21600")
          .header("ratelimit-remaining", "0;w=21600"))
      let outcome = try await scene.pull("nginx:1.21.4")
      #expect(outcome.failureClass == .rateLimit)
      #expect(outcome.registryError?.answer?.words == [words])
      #expect(outcome.registryError?.answer?.rateLimit == RateLimit(limit: "100;w=21600", remaining: "0;w=21600"))
      #expect((1...6).contains(registry.requests.count))
    }
  }

  @Test(
    "limits: whom the Hub counts is kept for the hint: nobody in particular, an account, or an address all the same")
  func whoIsCounted() async throws {
    let account = "8f3c7a52-0b1d-4d2e-9f64-2c1f5be0a4d1"
    for (hasLogin, source, countsAddress) in [
      (false, "192.0.2.1", true), (false, "2001:db8::", true), (true, account, false), (true, "192.0.2.1", true),
    ] {
      try await hub { scene, registry, auth in
        serve(registry, auth)
        registry.addFirst(
          Rule(
            "GET", "/v2/*",
            Reply(429, text: "Too Many Requests").header("ratelimit-limit", "100;w=21600")
              .header("ratelimit-remaining", "0;w=21600").header("docker-ratelimit-source", source)
          ).when { $0.bearerToken == "hub-token" })
        if hasLogin {
          scene.access.login.credentials = FixedCredential(
            FoundCredential(.password(username: "me", password: "dckr_pat_canary"), from: .commandLine),
            for: ["docker.io"])
        }
        let outcome = try await scene.pull("nginx:1.21.4")
        let answer = try #require(outcome.registryError?.answer)
        #expect(answer.requestProvedLogin == hasLogin)
        #expect(answer.rateLimit?.source == source)
        #expect(answer.rateLimit?.countsAddress == countsAddress)
      }
    }
  }

  @Test("limits: the token service has one of its own, and it is named as such")
  func tokenLimit() async throws {
    try await hub { scene, registry, auth in
      serve(registry, auth)
      auth.removeRules()
      auth.on("/token", reply: Reply(429, headers: [("Retry-After", "3600")], text: "Too Many Requests"))
      let outcome = try await scene.pull("nginx:1.21.4")
      #expect(outcome.registryError?.reason == .network(.rateLimited(host: "https://auth.docker.io", until: 1_003_600)))
      #expect(outcome.failureClass == .rateLimit)
    }
  }

  @Test("manifests: every type is accepted, so that an OCI index is not hidden behind a 404")
  func ociIndex() async throws {
    try await hub { scene, registry, auth in
      let index = HarborTests.index(of: ["amd64": image.manifest, "arm64": image.manifest])
      registry.on(manifests) { request in
        request.values("accept").joined(separator: ",").contains("application/vnd.oci.image.index.v1+json")
          ? .manifest(index)
          : .registryError(
            404, "MANIFEST_UNKNOWN", "OCI index found, but accept header does not support OCI indexes")
      }
      registry.serve(image, repository: "library/nginx", tag: "child")
      let outcome = try await scene.pull("nginx:1.21.4")
      #expect(outcome.error == nil)
    }
  }

  @Test("a private or misspelt repository: the Hub gives a token and then denies; the words are shown")
  func denied() async throws {
    try await hub { scene, registry, auth in
      registry.on("/v2/someone/secret/manifests/latest") { request in
        Reply(
          401,
          headers: [
            (
              "WWW-Authenticate",
              #"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:someone/secret:pull""#
                + (request.bearerToken == nil ? "" : #",error="insufficient_scope""#)
            )
          ],
          text: #"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":[]}]}"#)
      }
      auth.giveTokens(at: "/token") { _ in .token("poor") }
      let outcome = try await scene.pull("someone/secret")
      #expect(
        outcome.registryError?.reason == .auth(.accessDenied(host: "https://registry-1.docker.io", origin: nil)))
      #expect(outcome.registryError?.answer?.words == ["UNAUTHORIZED: authentication required"])
    }
  }

  @Test("blobs: the redirect to the Hub's storage is followed without the token")
  func storage() async throws {
    try await NamedServers.run([Self.registry, Self.auth, "production.cloudflare.docker.com"]) { scene, servers in
      let (registry, storage) = (servers[Self.registry], servers["production.cloudflare.docker.com"])
      let manifest = image.manifest
      let challenge = #"Bearer realm="https://auth.docker.io/token",service="registry.docker.io""#
      let guarded: @Sendable (RecordedRequest, Reply) -> Reply = {
        $0.bearerToken == "hub-token" ? $1 : Reply(401, headers: [("WWW-Authenticate", challenge)])
      }
      registry.on(manifests) { guarded($0, .manifest(manifest)) }
      for blob in image.blobs {
        let place = "/registry-v2/docker/registry/v2/blobs/\(blob.digest)/data"
        registry.on("/v2/library/nginx/blobs/\(blob.digest)") {
          guarded($0, .redirect(to: "https://production.cloudflare.docker.com\(place)?verify=1-2"))
        }
        storage.on(place) { .blob(blob.body, for: $0) }
      }
      servers[Self.auth].giveTokens(at: "/token") { _ in .token("hub-token") }
      let outcome = try await scene.pull("nginx:1.21.4")
      #expect(outcome.error == nil)
      #expect(!storage.requests.isEmpty)
      #expect(storage.requests.allSatisfy { !$0.carriesCredentials && $0.query == "verify=1-2" })
    }
  }
}
