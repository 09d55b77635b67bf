import HTTPAccess
import ImageModel
import ScriptedServer
import Synchronization
import Testing

@testable import RegistryClient

/// Habits of single registries, by the rows of what is known about them. Their words are those of users' reports.
@Suite("What single registries want of a push")
struct VendorPushTests {
  private let image = ImageFixture(layers: [300_000, 2_500_000], seed: 367)
  private var small: ImageFixture.Blob { image.layers[0] }
  private var large: ImageFixture.Blob { image.layers[1] }
  private static let whole = ["POST /blobs/uploads/", "PUT /blobs/uploads/S"]

  @Test("T367: an upload that a run before left half is neither asked about nor used: registries end them at will")
  func leftSession() async throws {
    try await UploadScene.run { scene in
      _ = try await scene.client.beginUpload(scene.repository, try small.parsed)
      let left = scene.server.requests.count
      // The next run is another process.
      let transport = AsyncHTTPTransport(TransportSettings())
      let next = UploadScene(
        server: scene.server, registry: scene.registry, client: try UploadScene.client(scene.server, transport))
      try await next.upload(small)
      try await transport.shutdown()
      #expect(Array(scene.asked.dropFirst(left)) == Self.whole)
      #expect(scene.server.requests.last?.path.hasSuffix("session-1") == false)
      #expect(scene.registry.blobs() == [small.digest])
    }
  }

  @Test("T368: a range that stays at the first piece is no reason to send anything again (ECR)")
  func frozenRange() async throws {
    let registry = PushRegistry {
      $0.bodyLimit = 1 << 20
      $0.chunkStatus = 201
      $0.rangeStays = true
    }
    try await UploadScene.run(registry, bodyLimit: 1 << 20) { scene in
      try await scene.upload(large)
      #expect(scene.registry.blobs() == [large.digest])
      let pieces = scene.server.requests.filter { $0.method == "PATCH" }
      #expect(pieces.map { $0.header("Content-Range") } == ["0-983039", "983040-1966079", "1966080-2499999"])
    }
  }

  @Test("T369: 416 to a piece whose like was taken before begins that blob anew, in pieces of the same size (ACR)")
  func oddRefusal() async throws {
    let registry = PushRegistry {
      $0.bodyLimit = 1 << 20
      $0.oddRefusals = 1
    }
    try await UploadScene.run(registry, bodyLimit: 1 << 20) { scene in
      try await scene.upload(large)
      #expect(scene.registry.blobs() == [large.digest])
      #expect(scene.registry.openSessions == 0)
      let pieces = scene.server.requests.filter { $0.method == "PATCH" }
      #expect(
        pieces.map { $0.header("Content-Range") } == [
          "0-983039", "983040-1966079", "0-983039", "983040-1966079", "1966080-2499999",
        ])
      #expect(Set(pieces.map(\.path)).count == 2)
    }
  }

  @Test(
    "T370: at the names of registries that have no pieces none is ever sent, whatever they say",
    arguments: ["europe-docker.pkg.dev", "gcr.io", "ghcr.io", "1.dkr.ecr.eu-west-1.amazonaws.com"])
  func wholeOnly(_ host: String) async throws {
    try await UploadScene.run(PushRegistry { $0.location = .relative }, host: host) { scene in
      try await scene.upload(large)
      #expect(scene.asked == Self.whole)
      #expect(scene.server.requests.allSatisfy { $0.header("Host") == "\(host):\(scene.server.port)" })
    }
    let registry = PushRegistry {
      $0.location = .relative
      $0.bodyLimit = 1 << 20
    }
    try await UploadScene.run(registry, bodyLimit: 1 << 20, host: host) { scene in
      let error = await #expect(throws: RegistryError.self) { try await scene.upload(large) }
      #expect(error?.reason == .upload(.tooLarge(host: "http://\(host):\(scene.server.port)", bytes: 2_500_000)))
      #expect(!scene.asked.contains { $0.hasPrefix("PATCH") })
    }
  }

  /// Of a manifest, once its blobs are there.
  static let refusals: [Refusal] = [
    Refusal(
      registry: "ECR, of more layers than it takes, or of attestations", status: 405, code: "UNSUPPORTED",
      words: "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'"
    ) { _ in .manifestRefused(status: 405) },
    Refusal(
      registry: "gcr.io, of an index in an index", status: 400, code: "MANIFEST_INVALID",
      words: "Nested index not supported."
    ) { _ in .manifestRefused(status: 400) },
    Refusal(
      registry: "Nexus, of layers in zstd", status: 400, code: "MANIFEST_INVALID", words: "manifest invalid"
    ) { _ in .manifestRefused(status: 400) },
    Refusal(
      registry: "Nexus, of types that it does not know", status: 415, code: "UNSUPPORTED",
      words: "unsupported media type"
    ) { _ in .manifestRefused(status: 415) },
    Refusal(
      registry: "Artifactory, of a tag that is there, to who may only add", status: 403, code: "DENIED",
      words: "Not enough permissions to delete/overwrite artifact 'docker-local:team/app/1/manifest.json' "
        + "(user: 'ci' needs DELETE permission)."
    ) { _ in .tagImmutable("1") },
  ]

  @Test("T371: a manifest that is refused behind its blobs is told for what it is, and sent once", arguments: refusals)
  func manifest(_ refusal: Refusal) async throws {
    try await UploadScene.run { scene in
      for blob in image.blobs { try await scene.upload(blob) }
      let error = try await scene.refusal(of: image.manifest, by: refusal.reply)
      #expect(error?.reason == .upload(refusal.expected(scene.server.origin)))
      #expect(error?.answer?.words.contains { $0.contains(refusal.words) } == true, "the registry's words are shown")
    }
  }

  @Test("T414: a manifest with layers in zstd that is refused without a reason is told to have them (Nexus)")
  func zstd() async throws {
    try await UploadScene.run { scene in
      let layer = ImageFixture.Blob(mediaType: MediaType.ociLayerZstd.rawValue, bytes: small.bytes)
      let manifest = ImageFixture(config: image.config, layers: [layer]).manifest
      let error = try await scene.refusal(
        of: manifest, by: .registryError(400, "MANIFEST_INVALID", "manifest invalid"))
      #expect(error?.reason == .upload(.zstdRefused(host: scene.server.origin, status: 400)))
      #expect(error?.answer?.words == ["MANIFEST_INVALID: manifest invalid"])
    }
  }

  @Test("T415: what stands behind a 500 of an upload is told in the registry's words (Harbor on S3)")
  func slowDown() async throws {
    let words = "s3aws: SlowDown: Please reduce your request rate."
    try await UploadScene.run { scene in
      let error = try await scene.refusal(
        of: small, at: "PUT", "blobs/uploads/*", by: .registryError(500, "UNKNOWN", words))
      #expect(error?.reason == .network(.serverFailure(status: 500)))
      #expect(error?.answer?.words == ["UNKNOWN: \(words)"])
      #expect(scene.asked.contains { $0.hasPrefix("HEAD") }, "it may be there all the same")
    }
  }

  @Test(
    "T372: a half upload that only an administrator may take away ends the push in the registry's words (Artifactory)")
  func halfUpload() async throws {
    let words =
      "Not enough permissions to delete/overwrite artifact 'docker-local:team/app/_uploads/1' (user: 'ci' needs DELETE permission)."
    try await UploadScene.run { scene in
      let error = try await scene.refusal(
        of: small, at: "PUT", "blobs/uploads/*", by: .registryError(403, "DENIED", words))
      #expect(error?.reason == .upload(.denied(host: scene.server.origin, repository: "team/app")))
      #expect(error?.answer?.words.contains { $0.contains(words) } == true)
      #expect(scene.asked.count { $0.hasPrefix("PUT") } == 1)
    }
  }

  @Test("T373: 400 to an upload that is invalid begins a new one (Nexus)")
  func invalidUpload() async throws {
    try await UploadScene.run { scene in
      scene.server.addFirst(
        Rule("PUT", "/v2/team/app/blobs/uploads/*", .registryError(400, "BLOB_UPLOAD_INVALID", "blob upload invalid"))
          .once)
      try await scene.upload(small)
      #expect(scene.registry.blobs() == [small.digest])
      let sessions = scene.server.requests.filter { $0.method == "PUT" }.map(\.path)
      #expect(Set(sessions).count == 2)
    }
  }

  @Test("T163: nobody is asked to say first that he takes a body, and no tags go in a query")
  func plainRequests() async throws {
    try await UploadScene.run { scene in
      try await scene.upload(small)
      _ = try await scene.client.pushManifest(
        "team/app", image.manifest.bytes, try image.manifest.parsed, as: .tag("1"))
      #expect(scene.server.requests.allSatisfy { $0.values("Expect").isEmpty })
      #expect(!scene.server.requests.contains { $0.path.contains("/manifests/") && !$0.query.isEmpty })
    }
  }
}
