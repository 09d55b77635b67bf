import ArchiveTools
import BlobTransfer
import FoundationEssentials
import ImageArchive
import ImageCopy
import ImageModel
import PullScenes
import ScriptedServer
import Synchronization
import SystemPackage
import Testing

private let mebibyte = 1 << 20

@Suite("Base and delta made one archive")
struct ArchiveMergeTests {
  private static let layers = (0..<5).map { index in
    ImageFixture.Blob(
      mediaType: ImageFixture.layerType,
      bytes: ImageFixture.noise([9 * mebibyte + 5, 3, 700, mebibyte, 12_345][index], seed: UInt64(90 + index)))
  }

  private static func image(_ count: Int) -> ImageFixture {
    let layers = layers.prefix(count)
    let diffIDs = layers.map { "\"\($0.digest)\"" }.joined(separator: ",")
    let config = ImageFixture.Blob(
      mediaType: ImageFixture.configType,
      bytes: Array(
        #"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[\#(diffIDs)]}}"#.utf8))
    return ImageFixture(config: config, layers: Array(layers))
  }

  private static let reference = "harbor.example.com/team/app"

  /// `1.tar`, `2.delta.tar` on it, and `3.delta.tar` on that one.
  private func scene(_ body: (PullScene, @escaping @Sendable (String) -> String) async throws -> Void) async throws {
    try await PullScene.run { scene in
      var before: StoredArchive?
      for (tag, count) in [(1, 2), (2, 4), (3, 5)] {
        let image = Self.image(count)
        let whole = try expectedArchive(image, reference: "\(Self.reference):\(tag)")
        try scene.write(whole, to: "\(tag).tar")
        let archive = try StoredArchive(opening: scene.folder.appending("\(tag).tar"))
        if let before {
          let base = DeltaBase(images: try BaseArchive.images(of: before))
          let delta = base.delta(for: [LayerDigests(try image.layers.map { try Digest(parsing: $0.digest) }, [])]).delta
          let plan = try ArchivePlan(images: archive.archivedImages, delta: delta)
          let blobs = Dictionary(uniqueKeysWithValues: image.blobs.map { ($0.digest, $0.bytes) })
          let bytes = plan.extents.flatMap { extent -> [UInt8] in
            switch extent {
            case .literal(_, let bytes): bytes
            case .blob(_, let descriptor): blobs["\(descriptor.digest)"] ?? []
            }
          }
          try scene.write(bytes, to: "\(tag).delta.tar")
          #expect(bytes.count < whole.count)
        }
        before = archive
      }
      try FileManager.default.removeItem(atPath: scene.folder.appending("3.tar").string)
      let folder = scene.folder
      try await body(scene) { folder.appending($0).string }
    }
  }

  private func expectSame(_ scene: PullScene, _ one: String, _ other: String) throws {
    let (first, second) = (try scene.bytes(one), try scene.bytes(other))
    #expect(first == second)
  }

  private func merge(_ paths: [String], _ output: String) async throws -> ArchiveMerge.Result {
    try await ArchiveMerge(paths: paths, output: output).run { _ in }
  }

  @Test("The result has the very bytes of a direct pull, from one base or along a chain of deltas")
  func equalBytes() async throws {
    try await scene { scene, path in
      let progress = Mutex<TransferProgress?>(nil)
      let result = try await ArchiveMerge(paths: [path("1.tar"), path("2.delta.tar")], output: path("out.tar"))
        .run { now in progress.withLock { $0 = now } }
      try expectSame(scene, "out.tar", "2.tar")
      #expect(result.images == ["\(Self.reference):2"])
      #expect(progress.withLock(\.self)?.blobs.allSatisfy { $0.received == $0.size } == true)

      _ = try await merge([path("1.tar"), path("2.delta.tar"), path("3.delta.tar")], path("out.tar"))
      let expected = try expectedArchive(Self.image(5), reference: "\(Self.reference):3")
      #expect(try scene.bytes("out.tar") == expected)
      #expect(scene.files.filter { $0.contains("out") } == ["out.tar"])
    }
  }

  @Test("A layout is as good a base as an archive")
  func layout() async throws {
    try await scene { scene, path in
      let layout = try scene.makeLayout("layout", holding: Self.image(2).blobs)
      try scene.write(Array(#"{"schemaVersion":2,"manifests":[]}"#.utf8), to: "layout/index.json")
      _ = try await merge([layout.string, path("2.delta.tar")], path("out.tar"))
      try expectSame(scene, "out.tar", "2.tar")
    }
  }

  @Test("A blob that no archive has is named, with what the delta builds on, and nothing is written")
  func missing() async throws {
    try await scene { scene, path in
      let missing = try Self.layers[2...3].map { try Digest(parsing: $0.digest) }
      let error = await #expect(throws: MergeError.self) {
        try await merge([path("1.tar"), path("3.delta.tar")], path("out.tar"))
      }
      guard case .missing(let blobs, let bases)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(blobs == missing)
      #expect(bases.count == 1 && bases[0].hasPrefix("\(Self.reference):2@sha256:"))
      #expect(!scene.files.contains { $0.contains("out") })
    }
  }

  @Test("Wrong bytes in the base end the merge, and an older result stays")
  func wrongBytes() async throws {
    try await scene { scene, path in
      try scene.write([1, 2, 3], to: "out.tar")
      try scene.flip("1.tar", firstByteOf: Self.layers[0])
      let wrong = MergeError.wrongBlob(try Digest(parsing: Self.layers[0].digest), path: path("1.tar"))
      await #expect(throws: wrong) {
        try await merge([path("1.tar"), path("2.delta.tar")], path("out.tar"))
      }
      #expect(try scene.bytes("out.tar") == [1, 2, 3])
      #expect(scene.files.filter { $0.contains("out") } == ["out.tar"])
      // Another archive has them.
      _ = try await merge([path("1.tar"), path("2.tar"), path("2.delta.tar")], path("out.tar"))
      try expectSame(scene, "out.tar", "2.tar")
    }
  }

  @Test("Whole archives need no merge, and the result takes no archive's place")
  func usage() async throws {
    try await scene { scene, path in
      await #expect(throws: MergeError.nothingToMerge) {
        try await merge([path("1.tar"), path("2.tar")], path("out.tar"))
      }
      await #expect(throws: MergeError.outputIsInput(path: path("1.tar"))) {
        try await merge([path("1.tar"), path("2.delta.tar")], path("1.tar"))
      }
      let expected = try expectedArchive(Self.image(2), reference: "\(Self.reference):1")
      #expect(try scene.bytes("1.tar") == expected)
    }
  }
}
