import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Synchronization
import Testing

@testable import ImageCopy

@Suite("Tags that a list does not name")
struct TagPruningTests {
  private let image = ImageFixture(layers: [300], seed: 224)
  private let other = ImageFixture(layers: [400], seed: 225, architecture: "arm64")

  /// Synchronizes, and deletes what a plan says.
  private func prune(
    _ scene: TwoRegistries, _ entries: [SyncRequest.Entry], onlyPlans: Bool = false,
    between: () -> Void = {}
  ) async throws -> (plan: TagPruning.Plan, outcomes: [String: String]) {
    let result = try await scene.sync(entries) { $0.onlyPlans = onlyPlans }.result
    let pruning = TagPruning(result, TwoRegistries.access)
    let plan = try await pruning.plan { _ in }
    guard !onlyPlans else { return (plan, [:]) }
    between()
    let outcomes = Mutex<[String: String]>([:])
    try await pruning.carryOut(
      plan, observe: { _ in },
      settled: { tag, outcome in
        let word =
          switch outcome {
          case .deleted: "deleted"
          case .changed: "changed"
          case .failed(let error): "failed: \(error.failureClass)"
          }
        outcomes.withLock { $0[tag.reference.tag ?? ""] = word }
      })
    return (plan, outcomes.withLock(\.self))
  }

  private func deletions(_ scene: TwoRegistries) -> [String] {
    scene.target.server.requests.filter { $0.method == "DELETE" }.map(\.path)
  }

  /// A target that has tags of its own, in the repository of the list and in another.
  private func withScene(
    _ registry: PushRegistry = PushRegistry(), _ body: @Sendable (TwoRegistries) async throws -> Void
  ) async throws {
    try await TwoRegistries.run(to: registry) { scene in
      scene.source.keep(image, as: "1", in: "team/app")
      for (tag, kept) in [("old", other), ("same", image)] { scene.target.keep(kept, as: tag, in: "mirror/app") }
      scene.target.keep(other, as: "old", in: "mirror/foreign")
      for suffix in ["", ".sig"] {
        scene.target.keep(other, as: "sha256-\(String(repeating: "a", count: 64))\(suffix)", in: "mirror/app")
      }
      try await body(scene)
    }
  }

  @Test("T224: tags go by their names, in listed repositories alone; images, signatures and other repositories stay")
  func prunes() async throws {
    try await withScene { scene in
      let (plan, outcomes) = try await prune(scene, [try scene.entry("app:1")])
      #expect(plan.tags.map(\.reference.tag) == ["old", "same"])
      #expect(plan.tags.map { "\($0.digest)" } == [other.manifest.digest, image.manifest.digest])
      #expect(plan.spared.isEmpty)
      #expect(outcomes == ["old": "deleted", "same": "deleted"])
      #expect(deletions(scene) == ["/v2/mirror/app/manifests/old", "/v2/mirror/app/manifests/same"])
      let registry = scene.target.registry
      #expect(registry.manifest("1", "mirror/app") == image.manifest.bytes)
      #expect(registry.manifest(image.manifest.digest, "mirror/app") == image.manifest.bytes)
      #expect(registry.manifest("old", "mirror/foreign") == other.manifest.bytes)
      #expect(registry.manifest("sha256-\(String(repeating: "a", count: 64)).sig", "mirror/app") != nil)
      // Again there is nothing to do.
      #expect(try await prune(scene, [try scene.entry("app:1")]).plan.tags.isEmpty)
    }
  }

  @Test("T224: a plan deletes nothing, and what changed since it was made stays")
  func planned() async throws {
    try await withScene { scene in
      #expect(try await prune(scene, [try scene.entry("app:1")], onlyPlans: true).plan.tags.count == 2)
      #expect(deletions(scene).isEmpty)
      let outcomes = try await prune(scene, [try scene.entry("app:1")]) {
        scene.target.keep(image, as: "old", in: "mirror/app")
      }.outcomes
      #expect(outcomes == ["old": "changed", "same": "deleted"])
      #expect(scene.target.registry.manifest("old", "mirror/app") == image.manifest.bytes)
    }
  }

  @Test("T224: a repository of which an image failed keeps all its tags; others are cleaned")
  func failed() async throws {
    try await withScene { scene in
      scene.source.keep(image, as: "1", in: "team/web")
      scene.target.keep(other, as: "old", in: "mirror/web")
      let entries = try ["app:1", "app:missing", "web:1"].map { try scene.entry($0) }
      let (plan, _) = try await prune(scene, entries)
      #expect(plan.spared.map(\.repository.repository) == ["mirror/app"])
      #expect(deletions(scene) == ["/v2/mirror/web/manifests/old"])
    }
  }

  @Test("T224: after a failed list of tags nothing goes")
  func unlisted() async throws {
    try await withScene(PushRegistry { $0.listStatus = 403 }) { scene in
      let (plan, _) = try await prune(scene, [try scene.entry("app:1")])
      #expect(plan.tags.isEmpty && plan.spared.count == 1)
      #expect(deletions(scene).isEmpty)
    }
  }

  @Test("T314: a registry that takes neither tags nor manifests away is asked once for each", arguments: [400, 405])
  func unsupported(status: Int) async throws {
    try await withScene(PushRegistry { $0.deletionStatus = status }) { scene in
      scene.target.keep(ImageFixture(layers: [20], seed: 226), as: "new", in: "mirror/app")
      let (_, outcomes) = try await prune(scene, [try scene.entry("app:1")])
      #expect(outcomes["new"] == "failed: unsupported")
      #expect(deletions(scene).count == 2, "\(deletions(scene))")
    }
  }

  @Test("T314: where tags go with their manifests alone, one goes by digest if nothing else there needs that")
  func byDigest() async throws {
    let registry = PushRegistry {
      $0.deletionStatus = 405
      $0.deletesDigests = true
    }
    try await TwoRegistries.run(to: registry) { scene in
      scene.source.keep(image, as: "1", in: "team/app")
      let free = ImageFixture(layers: [40], seed: 226)
      for (tag, kept) in [("same", image), ("free", free), ("free2", free), ("part", other)] {
        scene.target.keep(kept, as: tag, in: "mirror/app")
      }
      // What the list names is an index, which needs the manifest of `part`.
      let index = ImageFixture.Blob(
        mediaType: ImageFixture.indexType,
        bytes: Array(
          #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[\#(other.manifest.descriptor)]}"#
            .utf8))
      for blob in other.blobs { scene.source.registry.keep(blob, in: "team/app") }
      scene.source.registry.keep(manifest: other.manifest, as: "arm", in: "team/app")
      scene.source.registry.keep(manifest: index, as: "2", in: "team/app")
      let (plan, outcomes) = try await prune(scene, try ["app:1", "app:2"].map { try scene.entry($0) })
      #expect(plan.tags.count == 4)
      #expect(
        outcomes == ["same": "failed: refused", "part": "failed: refused", "free": "deleted", "free2": "deleted"])
      #expect(
        deletions(scene).filter { $0.contains("sha256:") } == ["/v2/mirror/app/manifests/\(free.manifest.digest)"])
      for (tag, manifest) in [("1", image.manifest), ("2", index), ("same", image.manifest), ("part", other.manifest)] {
        #expect(scene.target.registry.manifest(tag, "mirror/app") == manifest.bytes, "\(tag)")
      }
      #expect(scene.target.registry.manifest("free", "mirror/app") == nil)
    }
  }

  @Test("T314: a Harbor takes a tag away by its own API, and leaves others of the same image")
  func harbor() async throws {
    let registry = PushRegistry { $0.deletionStatus = 400 }
    try await TwoRegistries.run(to: registry) { scene in
      scene.target.server.serveHarborGreeting()
      scene.target.server.add(Rule("DELETE", "/api/v2.0/*", Reply(200)))
      scene.source.keep(image, as: "1", in: "team/sub/app")
      for tag in ["old", "older"] { scene.target.keep(image, as: tag, in: "mirror/sub/app") }
      let entry = SyncRequest.Entry(
        source: try scene.source.reference("team/sub/app:1"), target: try scene.target.reference("mirror/sub/app:1"))
      let outcomes = try await prune(scene, [entry]).outcomes
      #expect(outcomes == ["old": "deleted", "older": "deleted"])
      let path = "/api/v2.0/projects/mirror/repositories/sub%252Fapp/artifacts"
      #expect(
        deletions(scene) == [
          "/v2/mirror/sub/app/manifests/old", "\(path)/old/tags/old", "\(path)/older/tags/older",
        ])
    }
  }

  @Test("T224: a repository that images are read from, or that is named by digest alone, keeps its tags")
  func spared() async throws {
    try await withScene { scene in
      scene.target.keep(image, as: "1", in: "mirror/app")
      let source = try scene.target.reference("mirror/app:1")
      let within = SyncRequest.Entry(source: source, target: try scene.target.reference("mirror/app:2"))
      let pinned = SyncRequest.Entry(
        source: source, target: try scene.target.reference("mirror/pinned@\(image.manifest.digest)"))
      scene.target.keep(other, as: "old", in: "mirror/pinned")
      let (plan, _) = try await prune(scene, [within, pinned])
      #expect(plan.tags.isEmpty)
      #expect(plan.spared.map(\.repository.repository) == ["mirror/app", "mirror/pinned"])
      #expect(deletions(scene).isEmpty)
    }
  }
}
