import ScriptedServer
import Testing

@Suite("What --verbose and --debug tell")
struct RequestLogTests {
  private static let password = "canary-password-51c0"
  private static let token = "canary-token-9d2e"
  private static let signature = "canary-signature-77aa"
  private static let cookie = "canary-cookie-30bd"
  private static let secrets = [
    password, token, signature, cookie,
    // The password as Basic credentials carry it.
    "bWU6Y2FuYXJ5LXBhc3N3b3JkLTUxYzA=", "Y2FuYXJ5",
  ]

  /// A registry with a token service and signed storage, each of whose answers carries a secret too.
  private func serve(_ image: ImageFixture, _ server: ScriptedServer) {
    let challenge =
      #"Bearer realm="\#(server.origin)/token?key=\#(Self.signature)",service="s",scope="repository:x:pull""#
    let guarded: @Sendable (RecordedRequest, Reply) -> Reply = { request, reply in
      request.bearerToken == Self.token
        ? reply.with { $0.headers.append(("Set-Cookie", "sid=\(Self.cookie)")) }
        : Reply(401, headers: [("WWW-Authenticate", challenge)])
    }
    server.on("/token") { request in
      request.basicCredentials == "me:\(Self.password)" ? .token(Self.token) : Reply(401)
    }
    for name in ["1", image.manifest.digest] {
      server.on("GET,HEAD", "/v2/team/app/manifests/\(name)") { guarded($0, .manifest(image.manifest)) }
    }
    for blob in image.blobs {
      server.on("/v2/team/app/blobs/\(blob.digest)") {
        guarded($0, .redirect(to: "\(server.origin)/storage/\(blob.digest)?X-Amz-Signature=\(Self.signature)"))
      }
      server.on("/storage/\(blob.digest)") { .blob(blob.body, for: $0) }
    }
    server.on("/v2/team/app/manifests/broken") {
      guarded($0, .registryError(500, "UNKNOWN", "internal server error"))
    }
  }

  private func expectNoSecret(_ ended: Dray.Ended) {
    for secret in Self.secrets {
      #expect(!ended.errors.contains(secret), "\(secret)")
      #expect(!ended.output.contains(secret), "\(secret)")
    }
  }

  @Test(
    "T041: each request is one line on standard error, and no secret stands in any",
    arguments: [["-v"], ["--debug"], ["-v", "--json"], ["--debug", "--json"], ["--debug", "--quiet"]])
  func requests(options: [String]) async throws {
    let image = ImageFixture(layers: [70_000], seed: 3)
    try await ScriptedServer.run { server in
      serve(image, server)
      try await Dray.scene { dray in
        let login = ["--username", "me", "--password-stdin", "--plain-http"]
        let name = "\(server.authority)/team/app"
        let ended = try await dray.run(["pull", "\(name):1"] + login + options, input: Self.password)
        #expect(ended.code == 0, "\(ended.errors)")
        expectNoSecret(ended)
        let lines = ended.errors.split(separator: "\n")
        for path in ["/v2/team/app/manifests/1", "/token?…", "/storage/\(image.layers[0].digest)?…"] {
          #expect(lines.contains { $0.hasPrefix("GET \(server.origin)\(path): 200, ") }, "\(path): \(ended.errors)")
        }
        #expect(lines.contains { $0.hasPrefix("GET \(server.origin)/v2/team/app/manifests/1: 401, ") })
        #expect(lines.count { $0.hasPrefix("GET ") } == server.requests.count)
        let layer = lines.first { $0.hasPrefix("GET ") && $0.contains("/storage/\(image.layers[0].digest)") }
        #expect(layer?.contains("70.0 kB") == true)
        #expect(lines.contains("  > authorization: …") == options.contains("--debug"))
        #expect(lines.contains("  < set-cookie: …") == options.contains("--debug"))
        #expect(
          lines.contains { $0.hasPrefix("  < location: \(server.origin)/storage/") && $0.hasSuffix("?…") }
            == options.contains("--debug"))
        if options.contains("--json") {
          #expect(ended.output.split(separator: "\n").allSatisfy { $0.hasPrefix("{") })
        } else {
          #expect(ended.output == "app_1.tar\n")
        }

        let wrong = try await dray.run(
          ["pull", "\(name):1", "--restart"] + login + options, input: "x" + Self.password)
        #expect(wrong.code == 12)
        expectNoSecret(wrong)
        let broken = try await dray.run(["pull", "\(name):broken"] + login + options, input: Self.password)
        #expect(broken.code == 10)
        expectNoSecret(broken)
      }
    }
  }

  @Test("Without --verbose nothing is told of requests")
  func silence() async throws {
    let image = ImageFixture(layers: [1_000], seed: 3)
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        let ended = try await dray.run(["pull", "\(server.authority)/team/app:1", "--plain-http"])
        #expect(ended.code == 0)
        #expect(!ended.errors.contains("GET "))
      }
    }
  }

  @Test("--verbose shows the pulls that Docker Hub leaves")
  func rateLimit() async throws {
    let image = ImageFixture(layers: [1_000], seed: 3)
    try await ScriptedServer.run { server in
      server.serveBlobs(image)
      server.on("/v2/team/app/manifests/1") { _ in
        Reply.manifest(image.manifest).with {
          $0.headers += [("ratelimit-limit", "100;w=21600"), ("ratelimit-remaining", "76;w=21600")]
        }
      }
      try await Dray.scene { dray in
        let ended = try await dray.run(["pull", "-v", "\(server.authority)/team/app:1", "--plain-http"])
        #expect(ended.code == 0)
        #expect(ended.errors.contains("  the registry allows 100 pulls in 6 h, 76 left\n"))
      }
    }
  }
}
