import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

/// Quay deletes a tag by a label of its image. The scripted one says after what time it would, by Quay's own rules.
@Suite("Labels by which Quay deletes tags")
struct ExpiryLabelTests {
  private static let label = "quay.expires-after"

  /// - Parameters:
  ///   - value: of the label; nil for none.
  ///   - annotation: of the manifest, under the same name.
  private static func image(
    _ value: String?, annotation: String? = nil, seed: UInt64 = 361, docker: Bool = false
  ) -> ImageFixture {
    let labels = value.map { #""Labels":{"\#(label)":"\#($0)","team":"a"}"# } ?? ""
    let config = #"{"architecture":"amd64","os":"linux","config":{\#(labels)},"variant":"\#(seed)"}"#
    let type = docker ? MediaType.dockerImageConfig.rawValue : ImageFixture.configType
    let plain = ImageFixture(
      config: ImageFixture.Blob(mediaType: type, bytes: Array(config.utf8)),
      layers: ImageFixture(layers: [2_000], seed: seed).layers)
    var text = String(decoding: plain.manifest.bytes, as: UTF8.self)
    if docker { text = text.replacing(ImageFixture.manifestType, with: MediaType.dockerManifest.rawValue) }
    if let annotation { text = text.dropLast() + #","annotations":{"\#(label)":"\#(annotation)"}}"# }
    let changed = ImageFixture(replacing: plain, manifest: Array(text.utf8))
    return docker ? changed.asDocker : changed
  }

  private static func quay() -> PushRegistry {
    PushRegistry {
      $0.product = .quay
      $0.expiresTags = true
    }
  }

  private static func told(_ events: [PushEvent]) -> [String: String] {
    var told: [String: String] = [:]
    for case .warning(.expires(let reference, let time)) in events { told[reference.tag ?? ""] = time }
    return told
  }

  /// What is told when `team/app:1` is copied to a tag of `copy/app`.
  private static func told(_ scene: TwoRegistries, to tag: String = "1") async throws -> [String: String] {
    told(try await scene.copy(try scene.request(to: "copy/app:\(tag)")).events)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// More than one for an index of them.
    let images: [ImageFixture]
    let expected: String?
  }

  static let cases: [Case] = [
    Case(testDescription: "a label", images: [image("2w")], expected: "2w"),
    Case(testDescription: "Docker's manifest", images: [image("12h", docker: true)], expected: "12h"),
    Case(testDescription: "none", images: [image(nil)], expected: nil),
    Case(testDescription: "an annotation", images: [image(nil, annotation: "3d")], expected: "3d"),
    Case(testDescription: "an annotation before a label", images: [image("2w", annotation: "3d")], expected: "3d"),
    Case(testDescription: "an index that agrees", images: [image("2w"), image("2w", seed: 362)], expected: "2w"),
    Case(testDescription: "an index that does not", images: [image("2w"), image("3w", seed: 362)], expected: nil),
    Case(testDescription: "an index with one without", images: [image("2w"), image(nil, seed: 362)], expected: nil),
  ]

  @Test(
    "T361: a copy to Quay tells after what time it deletes the tag, where Quay will, and before anything is sent",
    arguments: cases)
  func labels(_ one: Case) async throws {
    try await TwoRegistries.run(to: Self.quay()) { scene in
      for (number, image) in one.images.enumerated() { scene.source.keep(image, as: "part-\(number)") }
      let root = one.images.count == 1 ? one.images[0].manifest : ImageFixture.index(one.images)
      scene.source.registry.keep(manifest: root, as: "1")
      let events = try await scene.copy(try scene.request()).events
      #expect(scene.target.registry.expirations("copy/app")["1"] == one.expected)
      #expect(Self.told(events)["1"] == one.expected)
      let warning = events.firstIndex { if case .warning(.expires) = $0 { true } else { false } }
      let start = events.firstIndex { if case .started = $0 { true } else { false } }
      if let warning, let start { #expect(warning < start) }
    }
  }

  @Test("T361: what Quay passes over is not told", arguments: ["never", "2 weeks", "w", "", "2y", "-1d", "1.5h"])
  func notUnderstood(_ value: String) async throws {
    try await TwoRegistries.run(to: Self.quay()) { scene in
      scene.source.keep(Self.image(value), as: "1")
      let told = try await Self.told(scene)
      #expect(told.isEmpty)
    }
  }

  @Test(
    "T361: other registries do not know the label, and no config is read for it",
    arguments: [nil, PushRegistry.Product.harbor])
  func elsewhere(_ product: PushRegistry.Product?) async throws {
    let image = Self.image("2w")
    try await TwoRegistries.run(to: PushRegistry { $0.product = product }) { scene in
      scene.source.keep(image, as: "1")
      let told = try await Self.told(scene)
      #expect(told.isEmpty)
      #expect(scene.source.count("GET", image.config.digest) == 1)
    }
  }

  @Test("T361: an image that is there keeps what it has, under the same tag and under another one")
  func isThere() async throws {
    try await TwoRegistries.run(to: Self.quay()) { scene in
      scene.source.keep(Self.image("2w"), as: "1")
      let first = try await Self.told(scene)
      #expect(first == ["1": "2w"])
      let again = try await Self.told(scene)
      #expect(again.isEmpty)
      let other = try await Self.told(scene, to: "2")
      #expect(other.isEmpty)
      #expect(scene.target.registry.manifest("2", "copy/app") != nil)
      #expect(scene.target.registry.expirations("copy/app") == ["1": "2w"])
    }
  }

  @Test("T361: a push of an archive tells it for each of its images, and so does a plan")
  func archive() async throws {
    let (short, long, plain) = (Self.image("2w"), Self.image("52w", seed: 363), Self.image(nil, seed: 364))
    try await PushScene.run(Self.quay()) { scene in
      try scene.layout.write(
        [(short.manifest, "a.example/app:1"), (long.manifest, "a.example/app:2"), (plain.manifest, "a.example/app:3")],
        contents: [short, long, plain])
      let request = PushRequest(
        path: scene.layout.path,
        target: .below(try ImageReference(parsing: "\(scene.server.authority)/x").registry, path: "team"))
      let planned = Self.told(try await scene.planned(request))
      #expect(planned == ["1": "2w", "2": "52w"])
      let pushed = Self.told(try await scene.push(request).events)
      #expect(pushed == ["1": "2w", "2": "52w"])
      #expect(scene.registry.expirations("team/app") == ["1": "2w", "2": "52w"])
    }
  }
}

extension ImageFixture {
  /// The same with the media type of Docker's manifests.
  fileprivate var asDocker: ImageFixture {
    ImageFixture(
      config: config, layers: layers,
      manifest: Blob(mediaType: MediaType.dockerManifest.rawValue, bytes: manifest.bytes))
  }
}
