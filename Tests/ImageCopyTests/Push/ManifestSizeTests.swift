import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("Manifests that are too large for registries")
struct ManifestSizeTests {
  private static let limit = 4 << 20

  /// - Parameter size: of the manifest, in bytes.
  private static func image(_ size: Int) -> ImageFixture {
    let plain = ImageFixture(layers: [2_000], seed: 362)
    let head = String(decoding: plain.manifest.bytes, as: UTF8.self).dropLast() + #","annotations":{"a":""#
    let filler = String(repeating: "x", count: size - head.utf8.count - 3)
    return ImageFixture(replacing: plain, manifest: Array((head + filler + #""}}"#).utf8))
  }

  private static func warnings(_ events: [PushEvent]) -> [Int64] {
    events.compactMap { if case .warning(.largeManifest(_, let bytes)) = $0 { bytes } else { nil } }
  }

  /// Harbor is known by its first answer, and so is its limit.
  private static func harbor() -> PushRegistry {
    PushRegistry {
      $0.product = .harbor
      $0.manifestLimit = limit
    }
  }

  @Test("T362: a manifest that a Harbor will refuse ends a copy before anything is sent", arguments: [false, true])
  func refused(_ isInIndex: Bool) async throws {
    let large = Self.image(Self.limit + 1)
    try await TwoRegistries.run(to: Self.harbor()) { scene in
      scene.source.keep(large, as: isInIndex ? "part" : "1")
      if isInIndex {
        let small = ImageFixture(layers: [100], seed: 363)
        scene.source.keep(small, as: "other")
        scene.source.registry.keep(manifest: ImageFixture.index([small, large]), as: "1")
      }
      let error = await #expect(throws: CopyError.self) { try await scene.copy(try scene.request()) }
      let expected = CopyError.manifestTooLarge(
        try Digest(parsing: large.manifest.digest), bytes: Int64(Self.limit + 1), limit: Int64(Self.limit),
        target: "\(scene.target.server.origin)/copy/app")
      #expect(error == expected)
      #expect(error?.failureClass == .unsupported)
      #expect(scene.target.server.requests.allSatisfy { ["GET", "HEAD"].contains($0.method) })
    }
  }

  @Test("T362: what is about an image counts as well: a list of contents may be larger than the image's own manifest")
  func referrer() async throws {
    let image = ImageFixture(layers: [2_000], seed: 364)
    let filler = #"{"a":"\#(String(repeating: "x", count: Self.limit))"}"#
    let contents = ImageFixture.artifact("contents", about: image.manifest, annotations: filler)
    try await TwoRegistries.run(from: PushRegistry { $0.listsReferrers = true }, to: Self.harbor()) { scene in
      scene.source.keep(image, as: "1")
      scene.source.keep(contents, as: "unused")
      let error = await #expect(throws: CopyError.self) { try await scene.copy(try scene.request()) }
      guard case .manifestTooLarge(let digest, _, _, _)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(digest.description == contents.manifest.digest)
      #expect(scene.target.server.requests.allSatisfy { ["GET", "HEAD"].contains($0.method) })
    }
  }

  @Test("T362: up to the limit a Harbor gets it, without a word")
  func fits() async throws {
    let image = Self.image(Self.limit)
    try await TwoRegistries.run(to: Self.harbor()) { scene in
      scene.source.keep(image, as: "1")
      let events = try await scene.copy(try scene.request()).events
      #expect(scene.target.registry.manifest("1", "copy/app") == image.manifest.bytes)
      #expect(Self.warnings(events).isEmpty)
    }
  }

  @Test("T362: a registry whose limit nobody knows gets it all the same; before that it is told that many refuse it")
  func unknown() async throws {
    let image = Self.image(Self.limit + 1)
    try await TwoRegistries.run { scene in
      scene.source.keep(image, as: "1")
      let events = try await scene.copy(try scene.request()).events
      #expect(scene.target.registry.manifest("1", "copy/app") == image.manifest.bytes)
      #expect(Self.warnings(events) == [Int64(Self.limit + 1)])
      let order = events.compactMap { event -> String? in
        switch event {
        case .warning(.largeManifest): "warning"
        case .started: "started"
        default: nil
        }
      }
      #expect(order == ["warning", "started"])
      // It is there, and nobody needs to know any more.
      let again = try await scene.copy(try scene.request()).events
      #expect(Self.warnings(again).isEmpty)
    }
  }
}
