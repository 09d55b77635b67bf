import EngineClient
import ImageArchive
import ImageModel
import PullScenes
import ScriptedServer
import Synchronization
import SystemPackage
import Testing

@testable import ImageCopy

extension PullScene {
  /// What an engine was sent.
  func sent(_ bytes: [UInt8]) throws -> StoredArchive {
    try write(bytes, to: "sent.tar")
    return try StoredArchive(opening: folder.appending("sent.tar"))
  }
}

@Suite("What of an image for several platforms an engine is sent")
struct EngineShareTests {
  private let image = TwoPlatforms()
  private let amd64 = Platform(os: "linux", architecture: "amd64")
  private let arm64 = Platform(os: "linux", architecture: "arm64")

  private struct Sent {
    let archive: StoredArchive
    let bytes: [UInt8]
    let started: LoadStarted
    let result: LoadResult

    var platforms: [Digest?] { archive.images.map { $0.document?.descriptor.digest } }
    var layers: [[Bool]] { archive.images.map { $0.layers.map { $0.content != nil } } }
  }

  private func load(_ bytes: [UInt8], into engine: KeepingEngine) async throws -> Sent {
    var sent: Sent?
    try await PullScene.run { scene in
      try scene.write(bytes, to: "app.tar")
      let told = Mutex<LoadStarted?>(nil)
      let result = try await ImageLoad(path: scene.folder.appending("app.tar").string).run(into: engine) { event in
        if case .started(let started) = event { told.withLock { $0 = started } }
      }
      let received = try #require(engine.loads.last)
      let started = told.withLock { $0 }
      sent = Sent(
        archive: try scene.sent(received), bytes: received, started: try #require(started), result: result)
    }
    return try #require(sent)
  }

  @Test("One that keeps its own platform gets that, under the index, without the layers that it has")
  func own() async throws {
    let bytes = try image.archive()
    let stores: [EngineInventory.Store] = [.chains, .chainsAndBlobs, .blobs([try image.digest(image.amd.layers[0])])]
    for store in stores {
      let engine = KeepingEngine(store, images: image.inspected(image.amd, layers: 1), platform: amd64)
      let sent = try await load(bytes, into: engine)
      #expect(sent.platforms == [try image.digest(image.amd.manifest)])
      #expect(sent.layers == [[false, true]])
      #expect(
        sent.archive.images[0].root?.descriptor.digest == (try image.digest(image.index)), "the tag's digest stays")
      #expect(sent.started.onlyPlatform == amd64)
      #expect(sent.started.absent == 1)
      #expect(sent.result.size == Int64(sent.bytes.count))
      #expect(sent.result.wholeSize == Int64(bytes.count))
      #expect(sent.result.images.map(\.names) == [[try ImageReference(parsing: TwoPlatforms.reference)]])
    }
  }

  @Test("Docker takes what manifest.json describes; podman and containerd what fits")
  func described() async throws {
    let bytes = try image.archive(shown: image.arm)
    let docker = try await load(bytes, into: KeepingEngine(.chains, platform: amd64))
    #expect(docker.platforms == [try image.digest(image.arm.manifest)])
    for store in [EngineInventory.Store.chainsAndBlobs, .blobs([])] {
      let sent = try await load(bytes, into: KeepingEngine(store, platform: amd64))
      #expect(sent.platforms == [try image.digest(image.amd.manifest)])
    }
    // Where there is no such list, it gets one for what fits.
    let oci = try await load(try image.archive(form: .oci), into: KeepingEngine(.chains, platform: arm64))
    #expect(oci.platforms == [try image.digest(image.arm.manifest)])
    #expect(oci.archive.dockerEntries.map(\.repoTags) == [["docker.io/\(TwoPlatforms.reference)"]])
  }

  @Test("Docker on containerd's store gets every platform, without the blobs that it has")
  func all() async throws {
    let bytes = try image.archive(isSigned: true)
    let first = try image.digest(image.amd.layers[0])
    let known = try await load(
      bytes, into: KeepingEngine(.blobs([first]), platform: amd64, keepsAllPlatforms: true))
    #expect(known.platforms == [try image.digest(image.amd.manifest), try image.digest(image.arm.manifest)])
    #expect(known.layers == [[false, true], [true, true]])
    #expect(known.started.onlyPlatform == nil)
    #expect(known.started.leftOutReferrers == .all)
    #expect(known.archive.referrers.isEmpty)
    // It does not tell of blobs, but that it has all of one platform.
    let hidden = try await load(
      bytes,
      into: KeepingEngine(
        .hiddenBlobs(complete: [try image.digest(image.amd.manifest)]), platform: amd64, keepsAllPlatforms: true))
    #expect(hidden.layers == [[false, false], [true, true]])
  }

  @Test("T155: what keeps signatures gets them, listed in index.json, with what they are about")
  func referrers() async throws {
    let bytes = try image.archive(isSigned: true)
    let engine = KeepingEngine(.blobs([]), platform: amd64, keepsAllPlatforms: true, keepsReferrers: true)
    let sent = try await load(bytes, into: engine)
    #expect(sent.started.leftOutReferrers == .none)
    #expect(sent.archive.referrers.map(\.subject) == [try image.digest(image.amd.manifest)])
    #expect(String(decoding: sent.bytes, as: UTF8.self).contains(#""io.containerd.manifest.subject":"sha256:"#))
    #expect(!String(decoding: sent.bytes, as: UTF8.self).contains("referrers.json"))
    #expect(sent.platforms.count == 2)
    // For a platform that the engine does not run, too.
    let other = KeepingEngine(
      .blobs([]), platform: Platform(os: "linux", architecture: "s390x"), keepsAllPlatforms: true, keepsReferrers: true)
    #expect(try await load(bytes, into: other).archive.referrers.count == 1)
  }

  @Test("T155: of what is about nothing that is sent, and of indexes of signatures, such an engine keeps nothing")
  func otherReferrers() async throws {
    let engine = { KeepingEngine(.blobs([]), platform: self.amd64, keepsAllPlatforms: true, keepsReferrers: true) }
    let strange = try await load(try image.archive(isSigned: true, signs: .hash([1])), into: engine())
    #expect(strange.started.leftOutReferrers == .all)
    #expect(strange.archive.referrers.isEmpty)
  }

  @Test("Of another platform it gets what there is: a delta for its own platform is enough")
  func partial() async throws {
    let bytes = try image.archive(absent: [image.digest(image.arm.layers[0])])
    let sent = try await load(bytes, into: KeepingEngine(.blobs([]), platform: amd64, keepsAllPlatforms: true))
    #expect(sent.layers == [[true, true], [false, true]])
  }

  @Test("Where nothing fits, the engine gets the very archive and decides")
  func open() async throws {
    let bytes = try image.archive(isSigned: true)
    let sent = try await load(
      bytes, into: KeepingEngine(.blobs([]), platform: Platform(os: "linux", architecture: "s390x")))
    #expect(sent.bytes == bytes)
    #expect(sent.started.onlyPlatform == nil)
    #expect(sent.started.leftOutReferrers == .none)
  }

  @Test("What refuses its share gets the very archive")
  func refused() async throws {
    let bytes = try image.archive(isSigned: true)
    let engine = KeepingEngine(.chains, refusesFirst: true, platform: amd64)
    let sent = try await load(bytes, into: engine)
    #expect(engine.loads.count == 2)
    #expect(sent.bytes == bytes)
    #expect(sent.result.absent == 0)
  }
}
