import ArchiveTools
import ImageArchive
import ImageModel
import PullScenes
import ScriptedServer
import Synchronization
import Testing

@testable import ImageCopy

@Suite("Layers that are written anew")
struct RewritingTests {
  /// The warnings of a pull.
  private final class Warnings: Sendable {
    private let all = Mutex<[PullWarning]>([])

    func note(_ event: PullEvent) {
      if case .warning(let warning) = event { all.withLock { $0.append(warning) } }
    }

    var told: [PullWarning] { all.withLock(\.self) }

    var leftOut: [LeftOutContent] {
      told.compactMap { if case .leftOut(let content) = $0 { content } else { nil } }
    }
  }

  /// What is there of an image whose layers for amd64 and riscv64 were plain, and are in gzip now.
  private func expectRewritten(
    _ image: SignedImage, _ archive: StoredArchive, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(archive.images.count == 3, sourceLocation: sourceLocation)
    let platforms = try archive.images.map { try archive.platform(of: $0)?.architecture }
    #expect(platforms == ["amd64", "arm64", "riscv64"], sourceLocation: sourceLocation)
    for (stored, before) in zip(archive.images, [image.amd, image.arm, image.riscv]) {
      #expect(stored.isWhole, sourceLocation: sourceLocation)
      #expect(
        stored.layers.allSatisfy { $0.descriptor?.mediaType == .ociLayerGzip }, sourceLocation: sourceLocation)
      #expect(stored.manifest?.config.digest.description == before.config.digest, sourceLocation: sourceLocation)
      let isSame = stored.document?.descriptor.digest.description == before.manifest.digest
      #expect(isSame == (before.manifest.digest == image.arm.manifest.digest), sourceLocation: sourceLocation)
    }
    // The statement about what was for amd64 is gone from the index; the list of contents for arm64 fits still.
    #expect(archive.artifacts.isEmpty, sourceLocation: sourceLocation)
    #expect(
      archive.referrers.map(\.document.descriptor.digest.description) == [image.sbom.manifest.digest],
      sourceLocation: sourceLocation)
    let root = try #require(archive.images[0].root, sourceLocation: sourceLocation)
    guard case .index(let index)? = root.parsed else {
      Issue.record("no index", sourceLocation: sourceLocation)
      return
    }
    #expect(
      index.manifests.map(\.digest) == archive.manifestDigests,
      sourceLocation: sourceLocation)
    #expect(
      index.manifests.map { $0.platform?.architecture } == ["amd64", "arm64", "riscv64"],
      sourceLocation: sourceLocation)
  }

  @Test("Several platforms: a new index, and what is about the old images is left out and told")
  func platforms() async throws {
    let image = SignedImage(version: 1, armIsPacked: true)
    try await ScriptedServer.run { server in
      image.serve(server, tag: "1")
      try await PullScene.run { scene in
        let request = try RequestedImage("\(server.authority)/team/app:1", .all)
        let warnings = Warnings()
        let result = try await scene.pull([request], to: "x.tar", observed: { warnings.note($0) }) { $0.layers = .gzip }
        let archive = try scene.archive("x.tar")
        try expectRewritten(image, archive)
        let digest = try #require(archive.images[0].root?.descriptor.digest)
        #expect(result.images.map(\.digest) == [digest])
        #expect(result.images.map(\.manifestDigest) == [result.manifestDigest])
        #expect(archive.manifestDigests.contains(result.manifestDigest))
        #expect(result.images.map(\.referrers) == [1])
        let stale = [image.statement, image.signature, image.cosign].map(\.manifest.digest)
        #expect(Set(warnings.leftOut.map(\.digest.description)) == Set(stale))
        #expect(warnings.leftOut.allSatisfy { $0.reason == .layersRewritten })
        #expect(
          warnings.told.contains(.digestChanged(former: try Digest(parsing: image.index.digest), now: digest)))
        #expect(scene.files == ["x.tar"])

        _ = try await scene.pull([request], to: "as-is.tar")
        let path = scene.folder.appending("y.tar").string
        let converted = try await scene.convert("as-is.tar", to: .archive(path, .ociAndDocker)) { $0.layers = .gzip }
        #expect(try scene.isEqual("x.tar", "y.tar"))
        #expect(Set(converted.leftOut) == Set(warnings.leftOut))
        #expect(converted.images.map(\.formerDigest?.description) == [image.index.digest])
      }
    }
  }

  /// What a pull leaves that was killed before the archive was written anew: finished, and under a name of its own.
  private static let leftover = ".app_1.tar.as-is"

  @Test("T206: a finished archive that waits to be written anew is replaced by no pull of another image")
  func leftoverOfOther() async throws {
    let images = [SignedImage.image("amd64", 1, seed: 31), SignedImage.image("amd64", 2, seed: 61)]
    try await ScriptedServer.run { server in
      for (image, name) in zip(images, ["team/app", "group/app"]) { server.serve(image, repository: name) }
      let (first, second) = ("\(server.authority)/team/app:1", "\(server.authority)/group/app:1")
      try await PullScene.run { scene in
        _ = try await scene.pull([try RequestedImage(first, .one(nil), referrers: false)], to: Self.leftover)
        let before = try scene.bytes(Self.leftover)
        // In a folder the other image gets a longer name.
        let longer = try await scene.pull(second, change: { $0.layers = .gzip })
        #expect(longer.error == nil)
        #expect(scene.files == [Self.leftover, "group_app_1.tar"])
        // At a path that -o names it is refused, and told whose bytes are there.
        let path = scene.folder.appending("app_1.tar").string
        let refused = try await scene.pull(
          second,
          change: {
            $0.layers = .gzip
            $0.output = .file(path)
          })
        #expect(
          refused.error as? ArchiveError
            == .unfinishedPull(scene.folder.appending(Self.leftover), of: [first]))
        #expect(try scene.bytes(Self.leftover) == before)
        // The image's own pull takes its place, and nothing is left.
        let own = try await scene.pull(first, change: { $0.layers = .gzip })
        #expect(own.error == nil)
        #expect(scene.files == ["app_1.tar", "group_app_1.tar"])
      }
    }
  }

  @Test("T290: a finished archive that waits to be written anew is not fetched again, whatever may be reused")
  func leftoverOfItself() async throws {
    let image = SignedImage.image("amd64", 1, seed: 31)
    try await ScriptedServer.run { server in
      server.serve(image)
      let reference = "\(server.authority)/team/app:1"
      try await PullScene.run { scene in
        _ = try await scene.pull([try RequestedImage(reference, .one(nil), referrers: false)], to: Self.leftover) {
          $0.form = .oci
        }
        let before = server.requests.count
        let again = try await scene.pull(
          reference,
          change: {
            $0.layers = .gzip
            $0.reusesSiblings = false
          })
        #expect(again.error == nil)
        #expect(again.result?.bytesFetched == 0)
        let asked = server.requests[before...].map(\.path)
        #expect(!asked.contains { path in image.layers.contains { path.hasSuffix($0.digest) } }, "\(asked)")
        #expect(scene.files == ["app_1.tar"])
      }
    }
  }

  @Test("T206: a file of somebody else under that name stays, unless --restart gives it up")
  func fileOfSomebody() async throws {
    let image = SignedImage.image("amd64", 1, seed: 31)
    try await ScriptedServer.run { server in
      server.serve(image, repository: "team/app")
      let reference = "\(server.authority)/team/app:1"
      try await PullScene.run { scene in
        try scene.write(Array("mine".utf8), to: Self.leftover)
        let path = scene.folder.appending("app_1.tar").string
        let refused = try await scene.pull(
          reference,
          change: {
            $0.layers = .gzip
            $0.output = .file(path)
          })
        #expect(refused.error as? ArchiveError == .unfinishedPull(scene.folder.appending(Self.leftover)))
        #expect(try scene.bytes(Self.leftover) == Array("mine".utf8))
        let restarted = try await scene.pull(
          reference, restarts: true,
          change: {
            $0.layers = .gzip
            $0.output = .file(path)
          })
        #expect(restarted.error == nil)
        #expect(scene.files == ["app_1.tar"])
      }
    }
  }

  @Test("One platform of a signed index: the signature of the index does not fit what is left of it")
  func onePlatform() async throws {
    let image = SignedImage(version: 1)
    try await ScriptedServer.run { server in
      image.serve(server, tag: "1")
      try await PullScene.run { scene in
        let request = try RequestedImage(
          "\(server.authority)/team/app:1", .one(Platform(os: "linux", architecture: "amd64")))
        let warnings = Warnings()
        let result = try await scene.pull([request], to: "x.tar", observed: { warnings.note($0) }) { $0.layers = .gzip }
        let archive = try scene.archive("x.tar")
        #expect(archive.referrers.isEmpty)
        #expect(
          Set(warnings.leftOut.map(\.digest.description))
            == Set([image.signature, image.cosign].map(\.manifest.digest)))
        // The reference points to what it did; the image is another one.
        #expect(result.images.map(\.digest.description) == [image.index.digest])
        #expect(result.images.map(\.manifestDigest) == archive.manifestDigests)
      }
    }
  }

  @Test("Several images: each one's new digest is told")
  func severalImages() async throws {
    let images = [SignedImage.image("amd64", 1, seed: 31), SignedImage.image("amd64", 2, seed: 61)]
    try await ScriptedServer.run { server in
      let references = ["app", "other"].map { "\(server.authority)/team/\($0):1" }
      for (image, name) in zip(images, ["team/app", "team/other"]) { server.serve(image, repository: name) }
      try await PullScene.run { scene in
        let warnings = Warnings()
        let requests = try references.map { try RequestedImage($0, .one(nil), referrers: false) }
        let result = try await scene.pull(requests, to: "x.tar", observed: { warnings.note($0) }) { $0.layers = .gzip }
        let digests = try scene.archive("x.tar").manifestDigests
        #expect(result.images.map(\.manifestDigest) == digests)
        for (index, image) in images.enumerated() {
          let changed = PullWarning.digestChanged(
            former: try Digest(parsing: image.manifest.digest), now: digests[index])
          #expect(warnings.told.contains(.ofImage(try ImageReference(parsing: references[index]), changed)))
        }
      }
    }
  }

  /// The same layers under a config that says that something else is inside.
  private func lying(_ image: ImageFixture) -> ImageFixture {
    let diffIDs = image.layers.map { _ in "\"\(ImageFixture.digest([7]))\"" }.joined(separator: ",")
    let config = #"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[\#(diffIDs)]}}"#
    return ImageFixture(
      config: .init(mediaType: ImageFixture.configType, bytes: Array(config.utf8)), layers: image.layers)
  }

  @Test("A layer of which two images say different things is found out, whichever comes first")
  func twoDiffIDs() async throws {
    let image = SignedImage.image("amd64", 0, seed: 31)
    let wrong = lying(image)
    try await ScriptedServer.run { server in
      server.serve(image, repository: "team/right")
      server.serve(wrong, repository: "team/wrong")
      try await PullScene.run { scene in
        for names in [["right", "wrong"], ["wrong", "right"]] {
          let requests = try names.map {
            try RequestedImage("\(server.authority)/team/\($0):1", .one(nil), referrers: false)
          }
          let error = await #expect(throws: ConversionError.self) {
            try await scene.pull(requests, to: "x.tar") { $0.layers = .gzip }
          }
          guard case .layerDiffers(_, _, let expected, let found)? = error else {
            Issue.record("\(String(describing: error))")
            continue
          }
          #expect(expected == Digest.hash([7]))
          #expect(found.description == image.layers[0].digest)
          // Another try has the same end: nothing hidden is left for it.
          #expect(scene.files.isEmpty)
        }
      }
    }
  }
}
