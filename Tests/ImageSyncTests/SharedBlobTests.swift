import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("Synchronizing images that share blobs")
struct SharedBlobTests {
  private let image = ImageFixture(layers: [900_000, 300], seed: 215)

  @Test("T217: a base of 20 images in other repositories is read and sent once, and mounted into the rest")
  func sharedBase() async throws {
    try await TwoRegistries.run { scene in
      let images = (1...20).map { number in
        ImageFixture(
          config: image.config,
          layers: [image.layers[0], ImageFixture(layers: [100 + number], seed: UInt64(number)).layers[0]])
      }
      for (number, image) in images.enumerated() { scene.source.keep(image, as: "1", in: "team/app-\(number)") }
      let entries = try images.indices.map { try scene.entry("app-\($0):1") }
      let planned = try await scene.sync(entries) { $0.onlyPlans = true }.result
      let costs = planned.images.compactMap { image -> SyncCost? in
        if case .planned(let cost) = image.outcome { cost } else { nil }
      }
      #expect(costs.count == 20)
      #expect(!scene.target.server.requests.contains { $0.method == "POST" || $0.method == "PUT" })

      let result = try await scene.sync(entries).result
      #expect(result.counts.copied == 20)
      #expect(result.bytesSent == costs.reduce(0) { $0 + $1.bytesToSend })
      #expect(result.blobsMounted == costs.reduce(0) { $0 + $1.blobsToMount })
      #expect(result.blobsMounted == 2 * 19, "the base and the config")
      let base = image.layers[0].digest
      let sent = scene.target.server.requests.filter {
        $0.method == "PUT" && $0.queryValues("digest") == [base]
      }
      #expect(sent.count == 1)
      for number in images.indices {
        #expect(scene.target.registry.blobs("mirror/app-\(number)").contains(base))
        #expect(scene.target.registry.manifest("1", "mirror/app-\(number)") == images[number].manifest.bytes)
      }
    }
  }

  @Test("T217: where mounts are refused, each repository gets its own bytes")
  func withoutMounts() async throws {
    for mounts in [PushRegistry.Mounts.ignored, .refused(403)] {
      try await TwoRegistries.run(to: PushRegistry { $0.mounts = mounts }) { scene in
        for number in 1...4 { scene.source.keep(image, as: "1", in: "team/app-\(number)") }
        let result = try await scene.sync(try (1...4).map { try scene.entry("app-\($0):1") }).result
        #expect(result.counts.copied == 4)
        #expect(result.blobsSent == 12)
        for number in 1...4 {
          #expect(scene.target.registry.blobs("mirror/app-\(number)") == Set(image.blobs.map(\.digest)))
        }
      }
    }
  }

  @Test("T217: several tags of one image take one manifest and its blobs once")
  func tags() async throws {
    try await TwoRegistries.run { scene in
      for tag in ["1", "1.0", "latest"] { scene.source.keep(image, as: tag) }
      let result = try await scene.sync(try ["app:1", "app:1.0", "app:latest"].map { try scene.entry($0) }).result
      #expect(result.counts.copied == 3)
      for tag in ["1", "1.0", "latest"] {
        #expect(scene.target.registry.manifest(tag, "mirror/app") == image.manifest.bytes)
      }
      #expect(scene.source.count("GET", "/manifests/") == 1)
      #expect(scene.target.count("HEAD", "/blobs/") == 3)
    }
  }

  @Test("T218: what a run before brought there is not sent again")
  func resumed() async throws {
    try await TwoRegistries.run { scene in
      scene.source.keep(image, as: "1")
      scene.target.registry.keep(image.layers[0], in: "mirror/app")
      let result = try await scene.sync([try scene.entry("app:1")]).result
      #expect(result.counts.copied == 1)
      #expect(result.blobsSent == 2)
      let base = image.layers[0].digest
      let sent = scene.target.server.requests.filter { $0.method == "PUT" && $0.queryValues("digest") == [base] }
      #expect(sent.map(\.path) == [])
      #expect(scene.source.count("GET", base) == 0)
    }
  }
}
