import EngineClient
import ImageArchive
import ImageModel
import PullScenes
import ScriptedServer
import SystemPackage
import Testing

@testable import ImageCopy

/// Some engines take a delta without its base and leave a broken image, so none is sent unchecked, in whatever form.
@Suite("Deltas with an index or with referrers, and where they go")
struct DeltaLoadTests {
  private let image = TwoPlatforms()

  @Test("Without the base nothing is sent, whatever the engine's store is")
  func refused() async throws {
    let stores: [EngineInventory.Store] = [.chains, .chainsAndBlobs, .blobs([]), .hiddenBlobs(complete: [])]
    for (name, bytes) in [("index", try image.indexDelta()), ("referrers", try image.referrerDelta())] {
      try await PullScene.run { scene in
        try scene.write(bytes, to: "delta.tar")
        for store in stores {
          let engine = KeepingEngine(store, platform: Platform(os: "linux", architecture: "amd64"))
          await #expect(
            throws: LoadError.baseMissing([try image.digest(image.amd.layers[0])], bases: ["app:1"]), "\(name)"
          ) {
            try await ImageLoad(path: scene.folder.appending("delta.tar").string).run(into: engine) { _ in }
          }
          #expect(engine.loads.isEmpty, "\(name)")
        }
      }
    }
  }

  @Test("With the base of the engine's own platform that one goes; with that of another one none does")
  func platforms() async throws {
    let bytes = try image.indexDelta()
    try await PullScene.run { scene in
      try scene.write(bytes, to: "delta.tar")
      let path = scene.folder.appending("delta.tar").string
      for (own, architecture) in [(image.amd, "amd64"), (image.arm, "arm64")] {
        let engine = KeepingEngine(
          .chains, images: image.inspected(own, layers: 1), platform: Platform(os: "linux", architecture: architecture))
        // Which of them Docker takes, `manifest.json` says.
        guard architecture == "amd64" else {
          await #expect(throws: LoadError.self) { try await ImageLoad(path: path).run(into: engine) { _ in } }
          continue
        }
        _ = try await ImageLoad(path: path).run(into: engine) { _ in }
        let sent = try scene.sent(engine.loads[0])
        #expect(sent.images.map { $0.document?.descriptor.digest } == [try image.digest(own.manifest)])
        #expect(sent.images[0].layers.map { $0.content != nil } == [false, true])
      }
      let other = KeepingEngine(
        .chainsAndBlobs, images: image.inspected(image.amd, layers: 1),
        platform: Platform(os: "linux", architecture: "arm64"))
      await #expect(throws: LoadError.baseMissing([try image.digest(image.arm.layers[0])], bases: ["app:1"])) {
        try await ImageLoad(path: path).run(into: other) { _ in }
      }
      #expect(other.loads.isEmpty)
      let blobs = KeepingEngine(
        .blobs([try image.digest(image.amd.layers[0])]), platform: Platform(os: "linux", architecture: "amd64"))
      _ = try await ImageLoad(path: path).run(into: blobs) { _ in }
      #expect(try scene.sent(blobs.loads[0]).images[0].layers.map { $0.content != nil } == [false, true])
    }
  }

  @Test("A layer that no delta leaves out is missed before anything is sent")
  func damaged() async throws {
    try await PullScene.run { scene in
      var bytes = try image.indexDelta()
      // The name of a layer's member becomes another one.
      let name = Array("blobs/sha256/\(image.amd.layers[1].digest.dropFirst(7))".utf8)
      let place = try #require(
        bytes.indices.first { bytes[$0...].starts(with: name) && bytes[($0 + 257)...].starts(with: "ustar".utf8) })
      for index in [place, place + 1] { bytes[index] = UInt8(ascii: index == place ? "l" : "b") }
      try scene.write(bytes, to: "delta.tar")
      let engine = KeepingEngine(
        .chains, images: image.inspected(image.amd, layers: 1), platform: Platform(os: "linux", architecture: "amd64"))
      await #expect(
        throws: LoadError.blobMissing(
          try image.digest(image.amd.layers[1]), path: scene.folder.appending("delta.tar").string)
      ) {
        try await ImageLoad(path: scene.folder.appending("delta.tar").string).run(into: engine) { _ in }
      }
      #expect(engine.loads.isEmpty)
    }
  }
}
