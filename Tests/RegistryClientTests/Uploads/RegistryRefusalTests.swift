import ImageModel
import ScriptedServer
import Synchronization
import Testing

@testable import RegistryClient

@Suite("What registries refuse, each in its own answer")
struct RegistryRefusalTests {
  private let image = ImageFixture(layers: [100], seed: 318)

  static let beginnings: [Refusal] = [
    Refusal(
      registry: "Quay without the namespace", status: 404, code: "NAME_UNKNOWN",
      words: "repository name not known to registry"
    ) { .nameMissing(host: $0, repository: "team/app") },
    Refusal(
      registry: "ECR without the repository", status: 404, code: "NAME_UNKNOWN",
      words: "The repository with name 'team/app' does not exist in the registry with id '123456789012'"
    ) { .nameMissing(host: $0, repository: "team/app") },
    Refusal(
      registry: "spegel, and dray serve without --accept-push", status: 405, code: "UNSUPPORTED",
      words: "this registry is read-only"
    ) { .pushNotOffered(host: $0) },
  ]

  @Test("T318: an upload that cannot begin tells what is missing, and no byte is sent", arguments: beginnings)
  func beginning(_ refusal: Refusal) async throws {
    try await UploadScene.run { scene in
      let error = try await scene.refusal(of: image.layers[0], at: "POST", "blobs/uploads/", by: refusal.reply)
      #expect(error?.reason == .upload(refusal.expected(scene.server.origin)))
      #expect(scene.asked.allSatisfy { $0.hasPrefix("POST") }, "\(scene.asked)")
    }
  }

  static let manifests: [Refusal] = [
    Refusal(
      registry: "Quay, of a sparse index", status: 400, code: "MANIFEST_INVALID", words: "manifest invalid"
    ) { _ in .manifestRefused(status: 400) },
    Refusal(
      registry: "ECR, of a tag that is immutable", status: 400, code: "ImageTagAlreadyExistsException",
      words: "The image tag '1' already exists in the 'team/app' repository and cannot be overwritten"
    ) { _ in .tagImmutable("1") },
    Refusal(
      registry: "Nexus, of a sparse index", status: 404, code: "MANIFEST_UNKNOWN", words: "manifest unknown"
    ) { _ in .contentMissing },
    Refusal(
      registry: "Gitea, of an index in an index", status: 400, code: "MANIFEST_INVALID",
      words: "manifest invalid"
    ) { _ in .manifestRefused(status: 400) },
  ]

  @Test("T318: a manifest that is refused tells why, and is not sent again", arguments: manifests)
  func manifest(_ refusal: Refusal) async throws {
    try await UploadScene.run { scene in
      let error = try await scene.refusal(of: image.manifest, by: refusal.reply)
      #expect(error?.reason == .upload(refusal.expected(scene.server.origin)))
    }
  }

  @Test("T248: a clock that jumps for years, ahead and back, costs a push neither a token nor a wait")
  func clockJumps() async throws {
    let jumps: [Int64] = [0, 10 * 31_536_000, -30 * 31_536_000, 3_600, -3_600]
    let calls = Mutex(0)
    let registry = PushRegistry {
      $0.wantsToken = true
      $0.lifetime = 3600
    }
    let now: @Sendable () -> Int64 = {
      calls.withLock { calls in
        calls += 1
        return 1_800_000_000 + jumps[calls % jumps.count]
      }
    }
    try await UploadScene.run(registry, now: now) { scene in
      try await scene.client.prepareToPush("team/app")
      for blob in image.blobs { try await scene.upload(blob) }
      _ = try await scene.client.pushManifest(
        "team/app", image.manifest.bytes, try image.manifest.parsed, as: .tag("1"))
      #expect(scene.registry.manifest("1") == image.manifest.bytes)
      #expect(scene.server.requests.count { $0.path == "/token" } == 1)
      #expect(scene.server.requests.filter { $0.status == 401 }.map(\.path) == ["/v2/"])
    }
  }
}
