import ImageModel
import PullScenes
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("Conversions on the way, as they are asked for")
struct CopyConversionTests {
  private let image = ImageFixture(layers: [2_000, 300], seed: 233)
  private let other = ImageFixture(layers: [2_000, 400], seed: 234, architecture: "arm64")
  private let attestation = ImageFixture(layers: [90], seed: 235)

  /// Two platforms, and an attestation about the first.
  private var index: ImageFixture.Blob {
    let text = String(decoding: ImageFixture.index([image, other]).bytes, as: UTF8.self)
    let about =
      attestation.manifest.descriptor.dropLast()
      + #","annotations":{"vnd.docker.reference.type":"attestation-manifest","vnd.docker.reference.digest":"#
      + #""\#(image.manifest.digest)"},"platform":{"os":"unknown","architecture":"unknown"}}"#
    return ImageFixture.Blob(mediaType: ImageFixture.indexType, bytes: Array("\(text.dropLast(2)),\(about)]}".utf8))
  }

  private func copied(
    _ scene: TwoRegistries, _ change: (inout CopyConversion) throws -> Void
  ) async throws -> (index: Index, events: [PushEvent]) {
    for (fixture, tag) in [(image, "amd"), (other, "arm"), (attestation, "att")] { scene.source.keep(fixture, as: tag) }
    scene.source.registry.keep(manifest: index, as: "1")
    var request = try scene.request()
    try change(&request.conversion)
    let (result, events) = try await scene.copy(request)
    let bytes = try #require(scene.target.registry.manifest("1", "copy/app"))
    #expect(result.images.map(\.digest) == [Digest.hash(bytes)])
    guard case .index(let index) = try ManifestDocument(parsing: bytes, contentType: nil) else { throw NoIndex() }
    return (index, events)
  }

  private struct NoIndex: Error {}

  private func told(_ events: [PushEvent], _ now: Index) -> Bool {
    events.contains { event in
      if case .warning(.converted(_, let former, let to)) = event {
        "\(former)" == index.digest && to != former
      } else {
        false
      }
    }
  }

  @Test("T233: without attestations the index is another one, and each platform keeps its digest")
  func attestations() async throws {
    try await TwoRegistries.run { scene in
      let (now, events) = try await copied(scene) { $0.dropsAttestations = true }
      #expect(now.manifests.map { "\($0.digest)" } == [image.manifest.digest, other.manifest.digest])
      #expect(told(events, now))
      let attested = Set(attestation.layers.map(\.digest))
      #expect(scene.target.registry.blobs("copy/app").isDisjoint(with: attested))
    }
  }

  @Test("T233: a new index has the platforms that were asked for, and what is about them")
  func platforms() async throws {
    try await TwoRegistries.run { scene in
      let (now, _) = try await copied(scene) { $0.platforms = [try Platform(parsing: "linux/amd64")] }
      #expect(now.manifests.map { "\($0.digest)" } == [image.manifest.digest, attestation.manifest.digest])
      #expect(!scene.target.registry.blobs("copy/app").contains(other.config.digest))
      await #expect(throws: CopyError.self) {
        _ = try await copied(scene) { $0.platforms = [try Platform(parsing: "linux/s390x")] }
      }
    }
  }

  @Test("T431: where an index names no platforms, the configs tell which of its images are kept")
  func unnamedPlatforms() async throws {
    let entries = [image, other].map(\.manifest.descriptor).joined(separator: ",")
    let unnamed = ImageFixture.Blob(
      mediaType: ImageFixture.indexType,
      bytes: Array(
        #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[\#(entries)]}"#.utf8))
    try await TwoRegistries.run { scene in
      for (fixture, tag) in [(image, "amd"), (other, "arm")] { scene.source.keep(fixture, as: tag) }
      scene.source.registry.keep(manifest: unnamed, as: "1")
      var request = try scene.request()
      request.conversion.platforms = [try Platform(parsing: "linux/arm64")]
      _ = try await scene.copy(request)
      let bytes = try #require(scene.target.registry.manifest("1", "copy/app"))
      guard case .index(let now) = try ManifestDocument(parsing: bytes, contentType: nil) else { throw NoIndex() }
      #expect(now.manifests.map { "\($0.digest)" } == [other.manifest.digest])

      request.conversion.platforms = [try Platform(parsing: "linux/s390x")]
      let error = await #expect(throws: CopyError.self) { _ = try await scene.copy(request) }
      let available = try ["linux/amd64", "linux/arm64"].map { try Platform(parsing: $0) }
      #expect(error == .noSuchPlatform(try Platform(parsing: "linux/s390x"), available: available))
    }
  }

  @Test(
    "T234: in Docker's format manifests and list have its types, layers and configs their bytes; it leads back to OCI")
  func formats() async throws {
    try await TwoRegistries.run { scene in
      let (now, events) = try await copied(scene) { $0.format = .docker }
      #expect(now.mediaType == .dockerManifestList)
      #expect(now.manifests.map(\.mediaType) == [.dockerManifest, .dockerManifest])
      #expect(now.manifests.map { $0.platform?.architecture } == ["amd64", "arm64"])
      #expect(told(events, now))
      let bytes = try #require(scene.target.registry.manifest("\(now.manifests[0].digest)", "copy/app"))
      guard case .manifest(let manifest) = try ManifestDocument(parsing: bytes, contentType: nil) else {
        throw NoIndex()
      }
      #expect(manifest.mediaType == .dockerManifest && manifest.config.mediaType == .dockerImageConfig)
      #expect(manifest.layers.map(\.mediaType) == [.dockerLayer, .dockerLayer])
      #expect(manifest.layers.map { "\($0.digest)" } == image.layers.map(\.digest))
      #expect(Set(image.blobs.map(\.digest)).isSubset(of: scene.target.registry.blobs("copy/app")))

      var back = PushRequest(
        [.image(try scene.target.reference("copy/app:1"))], to: .image(try scene.target.reference("back/app:1")))
      back.conversion.format = .oci
      _ = try await scene.copy(back)
      let whole = try #require(scene.target.registry.manifest("1", "back/app"))
      guard case .index(let oci) = try ManifestDocument(parsing: whole, contentType: nil) else { throw NoIndex() }
      #expect(oci.mediaType == .ociIndex && oci.manifests.map(\.mediaType) == [.ociManifest, .ociManifest])
    }
  }

  @Test(
    "T234: what has that format already is copied as it is; a layer in zstd has no Docker format, and nothing is sent")
  func unchanged() async throws {
    try await TwoRegistries.run { scene in
      scene.source.keep(image, as: "1")
      var request = try scene.request()
      request.conversion.format = .oci
      let (result, events) = try await scene.copy(request)
      #expect(result.images.map { "\($0.digest)" } == [image.manifest.digest])
      #expect(!events.contains { if case .warning(.converted) = $0 { true } else { false } })

      let text = String(decoding: image.manifest.bytes, as: UTF8.self)
        .replacing("layer.v1.tar", with: "layer.v1.tar+zstd")
      scene.source.keep(ImageFixture(replacing: image, manifest: Array(text.utf8)), as: "2")
      var zstd = try scene.request("team/app:2", to: "copy/app:2")
      zstd.conversion.format = .docker
      let error = await #expect(throws: CopyError.self) { try await scene.copy(zstd) }
      #expect(error == .noSuchFormat(.hash(Array(text.utf8)), layer: .ociLayerZstd))
      #expect(scene.target.registry.manifest("2", "copy/app") == nil)
    }
  }
}
