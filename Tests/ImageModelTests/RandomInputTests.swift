import ImageModel
import SeededRandom
import Testing

/// Random inputs and random changes of good ones. Each parser either gives a value or throws its error; what it gives
/// must read back as itself.
@Suite("T098: random input")
struct RandomInputTests {
  @Test("T098: references", arguments: 0..<4 as Range<UInt64>)
  func references(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let alphabet = Array("aZ0.-_:/@[]% \n\\#sha256:f".utf8)
    let good = [
      "nginx", "harbor.example.com:5000/team/app:1.2@\(Digest.hash([]))", "[::1]:5000/a/b", "https://h.io/a",
      "docker pull nginx",
    ]
    for round in 0..<5_000 {
      let bytes =
        round % 2 == 0
        ? random.bytes(count: Int.random(in: 0...40, using: &random), alphabet: alphabet)
        : random.mutation(of: Array(good[round / 2 % good.count].utf8), count: 4)
      let text = String(decoding: bytes, as: UTF8.self)
      let reference: ImageReference
      do { reference = try ImageReference(parsing: text) } catch {
        guard let suggestion = error.suggestion else { continue }
        reference = try ImageReference(parsing: suggestion)
      }
      #expect(try ImageReference(parsing: "\(reference)") == reference, "seed \(seed), round \(round)")
    }
  }

  @Test("T098: platforms and content types", arguments: 0..<2 as Range<UInt64>)
  func platforms(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for round in 0..<3_000 {
      let bytes = random.bytes(count: Int.random(in: 0...20, using: &random), alphabet: Array("/arm64v8.97; -".utf8))
      let text = String(decoding: bytes, as: UTF8.self)
      if let platform = try? Platform(parsing: text) {
        #expect(platform.fallbacks.first == platform, "seed \(seed), round \(round)")
        #expect(try Platform(parsing: "\(platform)") == platform, "seed \(seed), round \(round)")
      }
      if let type = MediaType(contentType: text) {
        #expect(MediaType(contentType: type.rawValue) == type, "seed \(seed), round \(round)")
      }
    }
  }

  @Test("T098: digests", arguments: 0..<4 as Range<UInt64>)
  func digests(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let good = [Digest.hash([]), Digest.hash([], algorithm: .sha512)].map { Array("\($0)".utf8) }
    for round in 0..<3_000 {
      let text = String(decoding: random.mutation(of: good[round % 2], count: 3), as: UTF8.self)
      guard let digest = try? Digest(parsing: text) else { continue }
      #expect("\(digest)" == text, "seed \(seed), round \(round)")
    }
  }

  @Test("T098: manifests and configs", arguments: 0..<4 as Range<UInt64>)
  func documents(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let platform = #","platform":{"os":"linux","architecture":"arm64","variant":"v8.2"},"data":"e30=""#
    let layers = (1...3).map { ManifestText.descriptor(.ociLayerGzip, $0, size: "2") }
    let good = [
      ManifestText.manifest(layers: layers, more: #","annotations":{"a":"\uD83D\uDE00"}"#),
      ManifestText.index(manifests: [ManifestText.descriptor(.ociManifest, 1, size: "2", more: platform)]),
      #"{"os":"linux","config":{"Cmd":["a"],"Env":["b"]},"rootfs":{"diff_ids":["\#(Digest.hash([]))"]},"x":1.5e3}"#,
    ].map { Array($0.utf8) }
    let alphabet = Array(#"{}[]",:0123456789.eE+-\u truefalsn"#.utf8)
    for round in 0..<1_500 {
      let bytes =
        round % 4 == 0
        ? random.bytes(count: Int.random(in: 0...200, using: &random), alphabet: alphabet)
        : random.mutation(of: good[round % 3], count: 3)
      if case .index(let index) = try? ManifestDocument(parsing: bytes, contentType: nil) {
        _ = Platform.choose(from: index.manifests, wanted: .host)
      }
      if case .manifest(let manifest) = try? ManifestDocument(parsing: bytes, contentType: .ociManifest) {
        _ = manifest.artifactKind
      }
      _ = try? ImageConfig(parsing: bytes).platform
    }
  }
}
