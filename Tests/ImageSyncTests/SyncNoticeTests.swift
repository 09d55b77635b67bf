import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("What a synchronization tells of single images")
struct SyncNoticeTests {
  private let image = ImageFixture(layers: [900_000, 300], seed: 215)
  private let other = ImageFixture(layers: [900_000, 400], seed: 215, architecture: "arm64")

  @Test("T361, T362: of each image it is told what its target does with it, before it goes; what cannot go fails alone")
  func notices() async throws {
    let config =
      #"{"architecture":"amd64","os":"linux","config":{"Labels":{"quay.expires-after":"2w"}}}"#
    let short = ImageFixture(
      config: ImageFixture.Blob(mediaType: ImageFixture.configType, bytes: Array(config.utf8)), layers: image.layers)
    let text = String(decoding: other.manifest.bytes, as: UTF8.self).dropLast()
    let large = ImageFixture(
      replacing: other,
      manifest: Array("\(text),\"annotations\":{\"a\":\"\(String(repeating: "x", count: 4 << 20))\"}}".utf8))
    for product in [PushRegistry.Product.quay, .harbor] {
      try await TwoRegistries.run(to: PushRegistry { $0.product = product }) { scene in
        scene.source.keep(short, as: "1")
        scene.source.keep(short, as: "2")
        scene.source.keep(large, as: "1", in: "team/large")
        let entries = try ["app:1", "app:2", "large:1"].map { try scene.entry($0) }
        let (result, events) = try await scene.sync(entries)
        let told = events.compactMap { event -> String? in
          switch event {
          case .warning(.expires(let reference, let time)): "\(reference.repository):\(reference.tag ?? "") \(time)"
          case .warning(.largeManifest(let digest, _)): "\(digest)"
          default: nil
          }
        }
        switch product {
        case .quay:
          #expect(result.images.map(\.word) == ["copied", "copied", "copied"])
          // A second tag of what is there stays.
          #expect(Set(told) == ["mirror/app:1 2w", large.manifest.digest] && told.count == 2, "\(told)")
        case .harbor:
          #expect(result.images.map(\.word) == ["copied", "copied", "failed"])
          #expect(told.isEmpty)
          #expect(scene.target.count("POST", "/v2/mirror/large/") == 0)
        }
      }
    }
  }
}
