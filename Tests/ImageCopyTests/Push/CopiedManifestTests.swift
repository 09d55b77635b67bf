import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

/// What goes along with a manifest, and what a registry says beside its answer.
@Suite("Manifests on their way from registry to registry")
struct CopiedManifestTests {
  private let image = ImageFixture(layers: [2_000], seed: 410)
  private let other = ImageFixture(layers: [2_000], seed: 411, architecture: "arm64")

  /// What the source calls a manifest, and what the target is told. The document may say nothing of that itself.
  struct Naming: Sendable, CustomTestStringConvertible {
    let isIndex: Bool
    let saysType: Bool
    let source: String
    let expected: String

    var testDescription: String { "\(isIndex ? "index" : "manifest"), own type: \(saysType), at the source: \(source)" }
  }

  private static let docker = MediaType.dockerManifest.rawValue
  private static let dockerList = MediaType.dockerManifestList.rawValue

  static let namings: [Naming] = [
    Naming(isIndex: false, saysType: false, source: "\(docker); charset=utf-8", expected: docker),
    Naming(isIndex: false, saysType: false, source: "application/json", expected: ImageFixture.manifestType),
    Naming(
      isIndex: false, saysType: true, source: "application/json; charset=utf-8", expected: ImageFixture.manifestType),
    Naming(
      isIndex: false, saysType: true, source: "\(ImageFixture.manifestType); charset=utf-8",
      expected: ImageFixture.manifestType),
    Naming(isIndex: true, saysType: false, source: "\(dockerList); charset=utf-8", expected: dockerList),
    Naming(isIndex: true, saysType: false, source: "text/plain", expected: ImageFixture.indexType),
  ]

  @Test(
    "T410: a manifest is put with its own media type; where it has none, with the source's or by its shape; without parameters",
    arguments: namings)
  func mediaType(_ naming: Naming) async throws {
    let root = naming.isIndex ? ImageFixture.index([image]) : image.manifest
    let text = String(decoding: root.bytes, as: UTF8.self)
    let silent = text.replacing("\"mediaType\":\"\(root.mediaType)\",", with: "", maxReplacements: 1)
    #expect(silent.utf8.count < text.utf8.count)
    let kept = ImageFixture.Blob(mediaType: naming.source, bytes: Array((naming.saysType ? text : silent).utf8))
    try await TwoRegistries.run { scene in
      scene.source.keep(image, as: "unused")
      scene.source.registry.keep(manifest: kept, as: "1")
      _ = try await scene.copy(try scene.request())
      #expect(scene.target.registry.manifest("1", "copy/app") == kept.bytes)
      let put = scene.target.server.requests.filter { $0.method == "PUT" && $0.path.hasSuffix("/manifests/1") }
      #expect(put.map { $0.values("Content-Type") } == [[naming.expected]])
    }
  }

  private var signature: ImageFixture { .artifact("signed", about: image.manifest) }
  private var tag: String { image.manifest.digest.replacing(":", with: "-") }

  @Test("T411: a list of referrers is known by what it holds: Harbor before 2.10 calls it application/json")
  func plainList() async throws {
    let lists: @Sendable () -> PushRegistry = {
      PushRegistry {
        $0.listsReferrers = true
        $0.referrersType = "application/json; charset=utf-8"
      }
    }
    try await TwoRegistries.run(from: lists(), to: lists()) { scene in
      scene.source.keep(image, as: "1")
      scene.source.keep(signature, as: "unused")
      _ = try await scene.copy(try scene.request())
      #expect(scene.target.registry.manifest(signature.manifest.digest, "copy/app") == signature.manifest.bytes)
      #expect(scene.target.registry.manifest(tag, "copy/app") == nil)

      let before = scene.target.server.requests.count
      _ = try await scene.copy(try scene.request())
      #expect(scene.target.count("PUT", "/", from: before) == 0)
    }
  }

  @Test("T411: a page that says it is such a list is none, and the tag for it is written")
  func page() async throws {
    try await TwoRegistries.run(from: PushRegistry { $0.listsReferrers = true }) { scene in
      scene.source.keep(image, as: "1")
      scene.source.keep(signature, as: "unused")
      scene.target.server.addFirst(
        Rule(
          "GET", "/v2/copy/app/referrers/*",
          Reply(headers: [("Content-Type", ImageFixture.indexType)], text: "<html><body>Welcome</body></html>")))
      _ = try await scene.copy(try scene.request())
      let index = try #require(scene.target.registry.manifest(tag, "copy/app"))
      #expect(String(decoding: index, as: UTF8.self).contains(signature.manifest.digest))
    }
  }

  @Test(
    "T417: a registry that wants to have all that a manifest names, and what it refers to, refuses nothing (distribution 3, GitLab)",
    arguments: [false, true])
  func order(_ listsReferrers: Bool) async throws {
    let target = PushRegistry {
      $0.wantsAllNamed = true
      $0.listsReferrers = listsReferrers
    }
    try await TwoRegistries.run(from: PushRegistry { $0.listsReferrers = true }, to: target) { scene in
      let index = ImageFixture.index([image, other])
      scene.source.keep(image, as: "a")
      scene.source.keep(other, as: "b")
      scene.source.registry.keep(manifest: index, as: "1")
      let signatures = [index, image.manifest].map { ImageFixture.artifact("signed", about: $0) }
      for signature in signatures { scene.source.keep(signature, as: "unused") }
      _ = try await scene.copy(try scene.request())
      #expect(scene.target.registry.manifest("1", "copy/app") == index.bytes)
      for signature in signatures {
        #expect(scene.target.registry.manifest(signature.manifest.digest, "copy/app") == signature.manifest.bytes)
      }
      let puts = scene.target.server.requests.filter { $0.method == "PUT" && $0.path.contains("/manifests/") }
      #expect(puts.allSatisfy { $0.status == 201 }, "\(puts.map(\.path))")
    }
  }

  @Test("T412: what a registry says to each manifest is told once")
  func warnings() async throws {
    let target = PushRegistry {
      $0.warnings = [#"299 - "read-only from Monday on", 299 - "ask the \"admins\"""#, #"110 - "stale""#]
    }
    try await TwoRegistries.run(to: target) { scene in
      scene.source.keep(image, as: "a")
      scene.source.keep(other, as: "b")
      scene.source.registry.keep(manifest: ImageFixture.index([image, other]), as: "1")
      let events = try await scene.copy(try scene.request()).events
      #expect(scene.target.count("PUT", "/manifests/") == 3)
      let told = events.compactMap { if case .warning(.registry(let text)) = $0 { text } else { nil } }
      #expect(told == ["read-only from Monday on", #"ask the "admins""#])
    }
  }
}
