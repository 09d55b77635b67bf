import EngineClient
import ImageArchive
import ImageModel
import ScriptedServer
import SystemPackage
import Testing

@testable import ImageTransfer

/// Some engines take a delta without its base and leave a broken image, so none is sent unchecked, in whatever form.
@Suite("Deltas with an index or with referrers, and where they go")
struct DeltaLoadTests {
  private let amd = ImageFixture(layers: [50_000, 700], seed: 701)
  private let arm = ImageFixture(layers: [40_000, 900], seed: 702, architecture: "arm64")

  private var index: ImageFixture.Blob {
    .index(
      [amd, arm].map { image in
        image.manifest.entry(
          #","platform":{"os":"linux","architecture":"\#(image.manifest.digest == amd.manifest.digest ? "amd64" : "arm64")"}"#
        )
      })
  }

  private func document(_ blob: ImageFixture.Blob) throws -> ArchivedImage.Document {
    .init(
      descriptor: Descriptor(
        mediaType: MediaType(rawValue: blob.mediaType), digest: try Digest(parsing: blob.digest), size: blob.size),
      bytes: blob.bytes)
  }

  private func manifest(_ image: ImageFixture) throws -> Manifest {
    guard case .manifest(let manifest) = try ManifestDocument(parsing: image.manifest.bytes, contentType: nil) else {
      throw LoadError.noImage(path: "")
    }
    return manifest
  }

  private func digest(_ blob: ImageFixture.Blob) throws -> Digest { try Digest(parsing: blob.digest) }

  /// Both platforms without their first layers.
  private func indexDelta() throws -> [UInt8] {
    let (own, other) = (try manifest(amd), try manifest(arm))
    let image = ArchivedImage(
      names: [try ImageReference(parsing: "team/app:2")], manifest: own, document: try document(amd.manifest),
      index: try document(index), relatedDocuments: [try document(arm.manifest)],
      relatedBlobs: [other.config] + other.layers)
    let absent = Set([try digest(amd.layers[0]), try digest(arm.layers[0])])
    return bytes(try ArchivePlan(images: [image], delta: ArchiveDelta(absent: absent, bases: ["app:1"])))
  }

  /// One image without its first layer, and something that came along.
  private func referrerDelta() throws -> [UInt8] {
    let subject = try digest(amd.manifest)
    let signature = ImageFixture(
      config: .init(mediaType: ImageFixture.configType, bytes: Array("{}".utf8)),
      layers: [.init(mediaType: "application/vnd.dev.cosign.simplesigning.v1+json", bytes: Array("{}".utf8))])
    let image = ArchivedImage(
      names: [try ImageReference(parsing: "team/app:2")], manifest: try manifest(amd),
      document: try document(amd.manifest),
      referrers: [ArchivedReferrer(document: try document(signature.manifest), subject: subject, tag: nil)])
    return bytes(
      try ArchivePlan(images: [image], delta: ArchiveDelta(absent: [digest(amd.layers[0])], bases: ["app:1"])))
  }

  private func bytes(_ plan: ArchivePlan) -> [UInt8] {
    let contents = Dictionary((amd.blobs + arm.blobs).map { ($0.digest, $0.bytes) }) { first, _ in first }
    return plan.extents.flatMap { extent -> [UInt8] in
      switch extent {
      case .literal(_, let bytes): bytes
      case .blob(_, let descriptor): contents["\(descriptor.digest)"] ?? []
      }
    }
  }

  private func inspected(_ image: ImageFixture, layers: Int) -> String {
    let diffIDs = image.layers.prefix(layers).map { "\"\($0.digest)\"" }.joined(separator: ",")
    return #"{"Id":"\#(image.config.digest)","RepoTags":["app:1"],"RootFS":{"Type":"layers","Layers":[\#(diffIDs)]}}"#
  }

  @Test("Without the base nothing is sent, whatever the engine's store is")
  func refused() async throws {
    let stores: [EngineInventory.Store] = [.chains, .chainsAndBlobs, .blobs([]), .hiddenBlobs]
    for (name, bytes) in [("index", try indexDelta()), ("referrers", try referrerDelta())] {
      try await PullScene.run { scene in
        try scene.write(bytes, to: "delta.tar")
        for store in stores {
          let engine = KeepingEngine(store, platform: Platform(os: "linux", architecture: "amd64"))
          await #expect(throws: LoadError.baseMissing([try digest(amd.layers[0])], bases: ["app:1"]), "\(name)") {
            try await ImageLoad(path: scene.folder.appending("delta.tar").string).run(into: engine) { _ in }
          }
          #expect(engine.loads.isEmpty, "\(name)")
        }
      }
    }
  }

  @Test("With the base of the engine's own platform it goes as it is; with that of another one it does not")
  func platforms() async throws {
    let bytes = try indexDelta()
    try await PullScene.run { scene in
      try scene.write(bytes, to: "delta.tar")
      let path = scene.folder.appending("delta.tar").string
      for (image, architecture) in [(amd, "amd64"), (arm, "arm64")] {
        let engine = KeepingEngine(
          .chains, images: inspected(image, layers: 1), platform: Platform(os: "linux", architecture: architecture))
        _ = try await ImageLoad(path: path).run(into: engine) { _ in }
        #expect(engine.loads == [bytes])
      }
      let other = KeepingEngine(
        .chains, images: inspected(amd, layers: 1), platform: Platform(os: "linux", architecture: "arm64"))
      await #expect(throws: LoadError.baseMissing([try digest(arm.layers[0])], bases: ["app:1"])) {
        try await ImageLoad(path: path).run(into: other) { _ in }
      }
      #expect(other.loads.isEmpty)
      let blobs = KeepingEngine(
        .blobs([try digest(amd.layers[0])]), platform: Platform(os: "linux", architecture: "amd64"))
      _ = try await ImageLoad(path: path).run(into: blobs) { _ in }
      #expect(blobs.loads == [bytes])
    }
  }

  @Test("A layer that no delta leaves out is missed before anything is sent")
  func damaged() async throws {
    try await PullScene.run { scene in
      var bytes = try indexDelta()
      // The name of a layer's member becomes another one.
      let name = Array("blobs/sha256/\(amd.layers[1].digest.dropFirst(7))".utf8)
      let place = try #require(
        bytes.indices.first { bytes[$0...].starts(with: name) && bytes[($0 + 257)...].starts(with: "ustar".utf8) })
      for index in [place, place + 1] { bytes[index] = UInt8(ascii: index == place ? "l" : "b") }
      try scene.write(bytes, to: "delta.tar")
      let engine = KeepingEngine(
        .chains, images: inspected(amd, layers: 1), platform: Platform(os: "linux", architecture: "amd64"))
      await #expect(
        throws: LoadError.blobMissing(try digest(amd.layers[1]), path: scene.folder.appending("delta.tar").string)
      ) {
        try await ImageLoad(path: scene.folder.appending("delta.tar").string).run(into: engine) { _ in }
      }
      #expect(engine.loads.isEmpty)
    }
  }
}
