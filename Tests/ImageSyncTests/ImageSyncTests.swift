import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("Synchronizing lists of images")
struct ImageSyncTests {
  private let image = ImageFixture(layers: [900_000, 300], seed: 215)
  private let other = ImageFixture(layers: [900_000, 400], seed: 215, architecture: "arm64")

  @Test("T215: all images arrive; again, each costs one HEAD at either side and nothing more")
  func unchanged() async throws {
    try await TwoRegistries.run { scene in
      var entries: [SyncRequest.Entry] = []
      for number in 1...20 {
        let name = "app-\(number % 4):\(number)"
        scene.source.keep(number % 2 == 0 ? image : other, as: "\(number)", in: "team/app-\(number % 4)")
        entries.append(try scene.entry(name))
      }
      let first = try await scene.sync(entries).result
      #expect(first.counts.copied == 20)
      #expect(first.images.map(\.entry) == entries)
      #expect(scene.target.registry.manifest("20", "mirror/app-0") == image.manifest.bytes)
      #expect(scene.target.registry.manifest("3", "mirror/app-3") == other.manifest.bytes)
      #expect(scene.source.server.requests.allSatisfy { ["GET", "HEAD"].contains($0.method) })

      let (before, sourceBefore) = (scene.target.server.requests.count, scene.source.server.requests.count)
      let again = try await scene.sync(entries).result
      #expect(again.counts.unchanged == 20)
      #expect(again.bytesSent == 0)
      let asked = scene.asked(from: before)
      #expect(asked.count == 20 && asked.allSatisfy { $0.hasPrefix("HEAD ") }, "\(asked)")
      let read = scene.source.server.requests[sourceBefore...].filter { $0.path != "/v2/" }
      #expect(read.count == 20 && read.allSatisfy { $0.method == "HEAD" }, "\(read.map(\.path))")
    }
  }

  @Test("T215: a digest in the list is not asked for at the source; its tag is kept")
  func pinned() async throws {
    try await TwoRegistries.run { scene in
      scene.source.keep(image, as: "1")
      scene.source.keep(other, as: "2")
      let digest = try Digest(parsing: image.manifest.digest)
      let entry = SyncRequest.Entry(
        source: try scene.source.reference("team/app:2@\(digest)"), target: try scene.target.reference("mirror/app:2"))
      _ = try await scene.sync([entry])
      #expect(scene.target.registry.manifest("2", "mirror/app") == image.manifest.bytes)
      let before = scene.source.server.requests.count
      #expect(try await scene.sync([entry]).result.counts.unchanged == 1)
      #expect(scene.source.server.requests.count == before)
    }
  }

  @Test("T216: what fails of one image does not end the others; --fail-fast ends with it")
  func failures() async throws {
    try await TwoRegistries.run { scene in
      scene.source.keep(image, as: "1")
      scene.source.keep(other, as: "3")
      let entries = try ["app:1", "app:absent", "app:3"].map { try scene.entry($0) }
      let result = try await scene.sync(entries).result
      #expect(result.images.map(\.word) == ["copied", "failed", "copied"])
      guard case .failed(let error) = result.images[1].outcome else { return }
      #expect(error.failureClass == .notFound)
    }
    try await TwoRegistries.run { scene in
      scene.source.keep(image, as: "1")
      let entries = try ["app:absent", "app:1"].map { try scene.entry($0) }
      let result = try await scene.sync(entries) { request in
        request.stopsAtFailure = true
        request.checks = 1
      }.result
      #expect(result.images.map(\.word) == ["failed", "not tried"])
      #expect(scene.target.registry.manifest("1", "mirror/app") == nil)
    }
  }

  @Test("T216: a registry that is not there is not tried for each of its images")
  func unreachable() async throws {
    try await TwoRegistries.run { scene in
      scene.source.keep(image, as: "1")
      // Nobody listens there.
      var entries = [try scene.entry("app:1")]
      for number in 1...12 {
        entries.append(
          SyncRequest.Entry(
            source: try ImageReference(parsing: "127.0.0.1:1/team/app:\(number)"),
            target: try scene.target.reference("mirror/absent:\(number)")))
      }
      let result = try await scene.sync(entries) { $0.checks = 12 }.result
      #expect(result.counts.copied == 1)
      #expect(result.counts.failed == 12)
    }
  }

  @Test("T412: what a registry says to each manifest is told once in a synchronization")
  func warnings() async throws {
    let target = PushRegistry { $0.warnings = [#"299 - "read-only from Monday on""#] }
    try await TwoRegistries.run(to: target) { scene in
      for (name, tag) in [("a", "1"), ("a", "2"), ("b", "1")] { scene.source.keep(image, as: tag, in: "team/\(name)") }
      let events = try await scene.sync(try ["a:1", "a:2", "b:1"].map { try scene.entry($0) }).events
      #expect(scene.target.count("PUT", "/manifests/") == 3)
      let told = events.compactMap { if case .warning(.registry(let text)) = $0 { text } else { nil } }
      #expect(told == ["read-only from Monday on"])
    }
  }

  @Test("T219: --no-clobber leaves a tag that stands for another image; an immutable one fails alone")
  func otherImage() async throws {
    try await TwoRegistries.run(to: PushRegistry { $0.immutableTags = ["fixed"] }) { scene in
      for tag in ["fixed", "free"] {
        scene.source.keep(image, as: tag)
        scene.target.registry.keep(manifest: other.manifest, as: tag, in: "mirror/app")
      }
      let entries = try ["app:fixed", "app:free"].map { try scene.entry($0) }
      let kept = try await scene.sync(entries) { $0.keepsTags = true }.result
      #expect(kept.images.map(\.word) == ["kept", "kept"])
      #expect(scene.target.registry.manifest("free", "mirror/app") == other.manifest.bytes)

      let written = try await scene.sync(entries).result
      #expect(written.images.map(\.word) == ["failed", "copied"])
      #expect(scene.target.registry.manifest("fixed", "mirror/app") == other.manifest.bytes)
      #expect(scene.target.registry.manifest("free", "mirror/app") == image.manifest.bytes)
    }
  }

  @Test("T219: two images for one name are told before anything is asked; the same entry twice is one")
  func sameName() async throws {
    try await TwoRegistries.run { scene in
      scene.source.keep(image, as: "1")
      scene.source.keep(other, as: "1", in: "team/two")
      let (one, two) = (try scene.entry("app:1"), try scene.source.reference("team/two:1"))
      let error = await #expect(throws: ImageNamingError.self) {
        try await scene.sync([one, SyncRequest.Entry(source: two, target: one.target)])
      }
      #expect(error == .sameName(one.target.qualifiedName, images: ["\(one.source)", "\(two)"]))
      #expect(scene.target.server.requests.isEmpty && scene.source.server.requests.isEmpty)
      #expect(try await scene.sync([one, one]).result.images.count == 1)
    }
  }

  @Test("T377: where a project is full no more images begin to go there, and those for others do")
  func fullProject() async throws {
    let count = 60
    try await TwoRegistries.run(to: PushRegistry { $0.quota = 3_000 }) { scene in
      let image = ImageFixture(layers: [5_000], seed: 377)
      for number in 1...count { scene.source.keep(image, as: "1", in: "team/app\(number)") }
      scene.source.keep(ImageFixture(layers: [100], seed: 378), as: "1", in: "team/small")
      var entries = try (1...count).map { try scene.entry("app\($0):1") }
      entries.append(
        SyncRequest.Entry(
          source: try scene.source.reference("team/small:1"), target: try scene.target.reference("other/small:1")))
      let result = try await scene.sync(entries).result
      #expect(result.counts.failed == count && result.counts.copied == 1)
      for image in result.images.dropLast() {
        guard case .failed(let error as RegistryError) = image.outcome, case .upload(.quotaExceeded) = error.reason
        else {
          Issue.record("\(image)")
          return
        }
      }
      // Those that had begun meanwhile.
      let begun = Set(
        scene.target.server.requests.filter { $0.method == "POST" && $0.path.hasPrefix("/v2/mirror/") }.map(\.path))
      #expect(begun.count < count / 2, "\(begun.count)")
      #expect(scene.target.registry.manifest("1", "other/small") != nil)
    }
  }
}
