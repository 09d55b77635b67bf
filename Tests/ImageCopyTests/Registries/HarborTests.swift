import ImageModel
import PullScenes
import RegistryAuth
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

/// Rows of what is known about Harbor beside logging in, as docs/registries.md numbers them.
@Suite("Harbor, as it is")
struct HarborTests {
  private let image = ImageFixture(layers: [60_000], seed: 20)
  private let path = "/v2/team/app/manifests/1"

  @Test("row 2: a token that has expired gets a Basic challenge, and is fetched anew from the realm of the first one")
  func expiredToken() async throws {
    try await ScriptedServer.run { server in
      // The first token is good for the manifest only.
      server.protect(image) { token, request in token == "t2" || request.path == path }
      server.giveTokens { _ in .token(server.requests("/service/token").count > 1 ? "t2" : "t1") }
      try await PullScene.run { scene in
        scene.access.login.credentials = FixedCredential(
          FoundCredential(.password(username: "robot$team+ci", password: "canary-secret"), from: .commandLine),
          for: [server.authority])
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.error == nil)
        #expect(scene.files == ["app_1.tar"])
        let registry = server.requests.filter { $0.path.hasPrefix("/v2/") }
        #expect(registry.contains { $0.status == 401 && $0.bearerToken == "t1" }, "Basic was asked for")
        #expect(registry.allSatisfy { $0.basicCredentials == nil })
        let asked = server.requests("/service/token")
        #expect(asked.count == 2)
        #expect(asked.allSatisfy { $0.basicCredentials == "robot$team+ci:canary-secret" })
      }
    }
  }

  @Test("row 10: a realm whose name only Harbor's own network knows is asked for at the address that the user named")
  func innerRealm() async throws {
    try await NamedServers.run(["harbor.example.com"]) { scene, servers in
      let server = servers["harbor.example.com"]
      // RFC 6761 §6.4: nobody ever has this name.
      server.protect(image, realm: "https://harbor.invalid/service/token") { token, _ in token == "t" }
      server.giveTokens { _ in .token("t") }
      let outcome = try await scene.pull("harbor.example.com/team/app:1")
      #expect(outcome.error == nil)
      #expect(server.requests("/service/token").count == 1)
    }
  }

  @Test("row 14: a name may be nested as deep as one likes, and the token is asked for all of it")
  func nestedName() async throws {
    try await ScriptedServer.run { server in
      server.protect(image, repository: "team/sub/group/app") { token, _ in token == "t" }
      server.giveTokens { _ in .token("t") }
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/sub/group/app:1")
        #expect(outcome.error == nil)
        #expect(scene.files == ["app_1.tar"])
        let asked = server.requests("/service/token")
        #expect(asked.map { $0.queryValues("scope") } == [["repository:team/sub/group/app:pull"]])
      }
    }
  }

  @Test("row 17: a policy that holds an image back is told in the server's words", arguments: policies)
  func policy(words: String) async throws {
    try await ScriptedServer.run { server in
      server.on(path, reply: .registryError(412, "PROJECTPOLICYVIOLATION", words))
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.registryError?.reason == .network(.forbidden(status: 412)))
        #expect(outcome.failureClass == .authentication)
        #expect(outcome.registryError?.answer?.words == ["PROJECTPOLICYVIOLATION: \(words)"])
        // A GET has a body where a HEAD has none, and it is not asked again.
        #expect(server.requests.map(\.method) == ["GET"])
        #expect(scene.files.isEmpty)
      }
    }
  }

  private static let policies = [
    """
    current image with "Pending" status of vulnerability scanning cannot be pulled due to configured policy in 'Prevent \
    images with vulnerability severity of "Critical" or higher from running.' To continue with pull, please contact your \
    project administrator for help.
    """,
    "The image is not signed by cosign.",
  ]

  @Test("row 17: the policy passes an index and hits on the platform's image, whose digest the request names")
  func policyOnChild() async throws {
    try await ScriptedServer.run { server in
      server.serveManifest(Self.index(of: ["amd64": image.manifest, "arm64": image.manifest]))
      let child = "/v2/team/app/manifests/\(image.manifest.digest)"
      server.on(child, reply: .registryError(412, "PROJECTPOLICYVIOLATION", "the image has 3 vulnerabilities"))
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.registryError?.reason == .network(.forbidden(status: 412)))
        #expect(outcome.registryError?.request?.address == server.origin + child)
        #expect(
          outcome.registryError?.answer?.words == ["PROJECTPOLICYVIOLATION: the image has 3 vulnerabilities"])
      }
    }
  }

  @Test("row 18: nothing that Harbor would take for a signer or a scanner is sent")
  func userAgent() async throws {
    try await ScriptedServer.run { server in
      server.protect(image) { token, _ in token == "t" }
      server.giveTokens { _ in .token("t") }
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.error == nil)
        #expect(server.requests.allSatisfy { $0.values("user-agent") == [scene.access.network.userAgent] })
        #expect(scene.access.network.userAgent.hasPrefix("dray"))
      }
    }
  }

  @Test("row 20: a proxy cache's 429 without Retry-After is waited out")
  func tooManyRequests() async throws {
    try await ScriptedServer.run { server in
      server.on(path, times: 2, reply: .json(#"{"errors":[{"code":"TOOMANYREQUESTS"}]}"#, status: 429))
      server.serve(image)
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.error == nil)
        #expect(server.requests(path).count == 3)
      }
    }
  }

  @Test("row 20: a cap on the proxy cache's connections to its source is lived with")
  func connectionCap() async throws {
    let large = ImageFixture(layers: Array(repeating: 900_000, count: 6), seed: 20)
    try await ScriptedServer.run { server in
      for layer in large.layers {
        server.on(
          "/v2/team/app/blobs/\(layer.digest)", times: 1,
          reply: .registryError(429, "TOOMANYREQUESTS", "too many requests to upstream registry"))
      }
      server.serve(large)
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.error == nil)
        #expect(scene.files == ["app_1.tar"])
      }
    }
  }

  @Test("row 21: a cache that fails at its source says that an image is not there; its words are kept")
  func notFoundInDress() async throws {
    try await ScriptedServer.run { server in
      server.on(path, reply: .registryError(404, "NOT_FOUND", "artifact team/app:1 not found"))
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.registryError?.reason == .manifestNotFound)
        #expect(outcome.failureClass == .notFound)
        #expect(outcome.registryError?.answer?.words == ["NOT_FOUND: artifact team/app:1 not found"])
        #expect(server.requests.count == 1)
      }
    }
  }

  @Test("row 22: a first fetch that ignores ranges and ends early is gone on with")
  func firstFetch() async throws {
    try await ScriptedServer.run { server in
      server.serveManifest(image.manifest)
      server.serve(image.config)
      let layer = image.layers[0]
      let blob = "/v2/team/app/blobs/\(layer.digest)"
      server.on(blob, times: 1, reply: Reply(body: ReplyBody(layer.bytes)).with { $0.cut = (30_000, .finish) })
      server.on(blob) { .blob(ReplyBody(layer.bytes), for: $0, ranges: .ignored) }
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.error == nil)
        #expect(scene.files == ["app_1.tar"])
      }
    }
  }

  @Test("row 23: an index that a cache trimmed to what was pulled before is taken, and tells what it has")
  func trimmedIndex() async throws {
    try await ScriptedServer.run { server in
      server.serve(image, tag: "child")
      server.serveManifest(Self.index(of: ["amd64": image.manifest]))
      try await PullScene.run { scene in
        let amd64 = try Platform(parsing: "linux/amd64")
        let arm64 = try Platform(parsing: "linux/arm64")
        let outcome = try await scene.pull("\(server.authority)/team/app:1", change: { $0.platform = amd64 })
        #expect(outcome.error == nil)
        let other = try await scene.pull("\(server.authority)/team/app:1", change: { $0.platform = arm64 })
        guard case .noSuchPlatform(_, arm64, [amd64]) = other.error as? ResolveError else {
          Issue.record("\(String(describing: other.error))")
          return
        }
        #expect(other.failureClass == .unsupported)
      }
    }
  }

  @Test("row 23: asked by the digest of the whole index, a trimmed one is not it")
  func trimmedIndexByDigest() async throws {
    try await ScriptedServer.run { server in
      let whole = Self.index(of: ["amd64": image.manifest, "arm64": image.manifest])
      let trimmed = Self.index(of: ["amd64": image.manifest])
      server.on("/v2/team/app/manifests/\(whole.digest)", reply: .manifest(trimmed))
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app@\(whole.digest)")
        #expect(outcome.failureClass == .integrity)
        guard case .manifestDigestMismatch = outcome.registryError?.reason else {
          Issue.record("\(String(describing: outcome.error))")
          return
        }
      }
    }
  }

  @Test("row 24: what a repository filter hides, or a source has deleted, is not found")
  func filtered() async throws {
    try await ScriptedServer.run { server in
      server.on(
        path,
        reply: .registryError(404, "NOT_FOUND", "repository library/app is not permitted by the repository filter"))
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.failureClass == .notFound)
        #expect(outcome.registryError?.answer?.words.first?.contains("repository filter") == true)
      }
    }
  }

  @Test("row 25: a bucket that this machine cannot reach is named, and as what it is")
  func bucket() async throws {
    try await NamedServers.run(["harbor.example.com"], closed: ["bucket.s3.example.net"]) { scene, servers in
      let server = servers["harbor.example.com"]
      server.serveManifest(image.manifest)
      for blob in image.blobs {
        server.on(
          "/v2/team/app/blobs/\(blob.digest)",
          reply: .redirect(to: "https://bucket.s3.example.net/docker/blob?X-Amz-Signature=canary"))
      }
      let outcome = try await scene.pull("harbor.example.com/team/app:1")
      let storage = "https://bucket.s3.example.net"
      #expect(
        outcome.registryError?.reason
          == .storageUnreachable(storage: storage, .network(.connectionRefused(host: storage))))
      #expect(outcome.failureClass == .network)
      #expect(outcome.registryError?.request?.address == "\(storage)/docker/blob?…")
      #expect(!String(reflecting: outcome.error).contains("canary"))
    }
  }

  @Test("row 27: the server's words and the request's number are kept for the administrator")
  func requestID() async throws {
    try await ScriptedServer.run { server in
      let words = #"{"errors":[{"code":"UNKNOWN","message":"internal server error"}]}"#
      server.on(path, reply: Reply(500, headers: [("X-Request-Id", "r-27")], text: words))
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.failureClass == .network)
        #expect(outcome.registryError?.answer?.requestID == "r-27")
        #expect(outcome.registryError?.answer?.words == ["UNKNOWN: internal server error"])
      }
    }
  }

  @Test("row 28: an ETag that is a digest without quotes troubles nobody")
  func bareETag() async throws {
    try await ScriptedServer.run { server in
      let manifest = image.manifest
      server.on(path, reply: .manifest(manifest).header("ETag", manifest.digest))
      for blob in image.blobs {
        server.on("/v2/team/app/blobs/\(blob.digest)") { .blob(blob.body, for: $0, etag: blob.digest) }
      }
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.error == nil)
        #expect(scene.files == ["app_1.tar"])
      }
    }
  }

  @Test("row 29: an artifact that is no image is called what it is", arguments: artifacts)
  func artifact(config: String, layer: String, kind: ArtifactKind) async throws {
    try await ScriptedServer.run { server in
      let config = ImageFixture.Blob(mediaType: config, bytes: Array("{}".utf8))
      let layer = ImageFixture.Blob(mediaType: layer, bytes: [1, 2, 3])
      server.serveManifest(ImageFixture(config: config, layers: [layer]).manifest)
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        guard case .notAnImage(_, kind) = outcome.error as? ResolveError else {
          Issue.record("\(String(describing: outcome.error))")
          return
        }
        #expect(outcome.failureClass == .unsupported)
        // Nothing of it is fetched beside the manifest.
        #expect(server.requests.count == 1)
        #expect(scene.files.isEmpty)
      }
    }
  }

  private static let artifacts: [(String, String, ArtifactKind)] = [
    ("application/vnd.cncf.helm.config.v1+json", "application/vnd.cncf.helm.chart.content.v1.tar+gzip", .helmChart),
    (ImageFixture.configType, "application/vnd.dev.cosign.simplesigning.v1+json", .signature),
    ("application/vnd.oci.empty.v1+json", "application/spdx+json", .sbom),
    ("application/vnd.goharbor.harbor.sbom.v1", "application/vnd.goharbor.harbor.sbom.v1", .sbom),
    ("application/vnd.cnab.config.v1+json", ImageFixture.layerType, .cnabBundle),
    ("application/vnd.wasm.config.v0+json", "application/wasm", .wasmModule),
    ("application/vnd.cncf.model.config.v1+json", "application/vnd.cncf.model.weight.v1.tar", .model),
  ]

  @Test("row 30: a robot that may pull and not list pulls, since nothing is listed")
  func pullWithoutList() async throws {
    try await ScriptedServer.run { server in
      server.protect(image) { token, _ in token == "t" }
      server.giveTokens { $0.basicCredentials == "robot$team+ci:canary-secret" ? .token("t") : Reply(401) }
      try await PullScene.run { scene in
        scene.access.login.credentials = FixedCredential(
          FoundCredential(.password(username: "robot$team+ci", password: "canary-secret"), from: .commandLine),
          for: [server.authority])
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.error == nil)
        #expect(server.requests.allSatisfy { !$0.path.hasPrefix("/api/") && !$0.path.hasSuffix("/tags/list") })
      }
    }
  }

  static func index(of manifests: KeyValuePairs<String, ImageFixture.Blob>) -> ImageFixture.Blob {
    let entries = manifests.map { architecture, manifest in
      String(manifest.descriptor.dropLast()) + #","platform":{"architecture":"\#(architecture)","os":"linux"}}"#
    }
    let text =
      #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[\#(entries.joined(separator: ","))]}"#
    return ImageFixture.Blob(mediaType: ImageFixture.indexType, bytes: Array(text.utf8))
  }
}
