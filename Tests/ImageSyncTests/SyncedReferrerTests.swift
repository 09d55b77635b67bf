import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("Synchronizing what refers to images")
struct SyncedReferrerTests {
  private let image = ImageFixture(layers: [900_000, 300], seed: 215)

  @Test("T220: new signatures of an image that is there are brought, and the image is not")
  func referrers() async throws {
    try await TwoRegistries.run(
      from: PushRegistry { $0.listsReferrers = true },
      to: PushRegistry {
        $0.listsReferrers = true
        $0.tellsSubject = true
      }
    ) { scene in
      scene.source.keep(image, as: "1")
      let entries = [try scene.entry("app:1")]
      _ = try await scene.sync(entries)
      let signature = ImageFixture.artifact("a signature", about: image.manifest)
      for blob in signature.blobs { scene.source.registry.keep(blob) }
      scene.source.registry.keep(manifest: signature.manifest, as: "signature")
      let before = scene.target.server.requests.count
      let result = try await scene.sync(entries) { $0.bringsReferrers = true }.result
      #expect(result.images.map(\.word) == ["unchanged"])
      #expect(scene.target.registry.manifest(signature.manifest.digest, "mirror/app") == signature.manifest.bytes)
      let puts = scene.asked(from: before).filter { $0.hasPrefix("PUT") && $0.contains("/manifests/") }
      #expect(puts == ["PUT /v2/mirror/app/manifests/\(signature.manifest.digest)"])
    }
  }

  @Test("T416: --no-fallback-tag stores signatures and writes no tag for them")
  func withoutReferrerTag() async throws {
    try await TwoRegistries.run(from: PushRegistry { $0.listsReferrers = true }) { scene in
      let signature = ImageFixture.artifact("signed", about: image.manifest)
      scene.source.keep(image, as: "1", in: "team/a")
      scene.source.keep(signature, as: "unused", in: "team/a")
      let events = try await scene.sync([try scene.entry("a:1")]) {
        $0.bringsReferrers = true
        $0.writesReferrerTags = false
      }.events
      #expect(scene.target.registry.manifest(signature.manifest.digest, "mirror/a") == signature.manifest.bytes)
      #expect(scene.target.count("PUT", "/manifests/sha256-") == 0)
      #expect(events.contains { if case .warning(.referrerTagLeftOut) = $0 { true } else { false } })
    }
  }

  @Test("T322: signatures go along with the images alone of which that is asked, in one list")
  func referrersOfOne() async throws {
    let lists = PushRegistry { $0.listsReferrers = true }
    let target = PushRegistry {
      $0.listsReferrers = true
      $0.tellsSubject = true
    }
    try await TwoRegistries.run(from: lists, to: target) { scene in
      let names = ["app", "web"]
      let signature = ImageFixture.artifact("a signature", about: image.manifest)
      for name in names {
        scene.source.keep(image, as: "1", in: "team/\(name)")
        for blob in signature.blobs { scene.source.registry.keep(blob, in: "team/\(name)") }
        scene.source.registry.keep(manifest: signature.manifest, as: "signature", in: "team/\(name)")
      }
      var entries = try names.map { try scene.entry("\($0):1") }
      entries[0].bringsReferrers = true
      #expect(try await scene.sync(entries).result.counts.copied == 2)
      let there = names.map { scene.target.registry.manifest(signature.manifest.digest, "mirror/\($0)") != nil }
      #expect(there == [true, false])
    }
  }
}
