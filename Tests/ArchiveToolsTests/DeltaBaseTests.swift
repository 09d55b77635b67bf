import ArchiveTools
import ImageCopy
import ImageModel
import Testing

@Suite("What a delta may leave out")
struct DeltaBaseTests {
  private static func digest(_ text: String) -> Digest { .hash(Array(text.utf8)) }

  /// Layers by their letters, gzip bytes as `a.gz`, what is inside of them as `a`.
  private static func image(_ letters: String) -> LayerDigests {
    LayerDigests(stored(letters), plain(letters))
  }
  private static func stored(_ letters: String) -> [Digest] { letters.map { digest("\($0).gz") } }
  private static func plain(_ letters: String) -> [Digest] { letters.map { digest("\($0)") } }

  private static func base(_ letters: String, _ name: String = "base") -> BaseImage {
    BaseImage(name: name, diffIDs: plain(letters), layers: stored(letters))
  }

  private func absent(_ bases: [BaseImage], _ images: LayerDigests...) -> Set<Digest> {
    DeltaBase(images: bases).delta(for: images).delta?.absent ?? []
  }

  @Test("The layers at the bottom that both have, and no others")
  func prefix() {
    #expect(absent([Self.base("abc")], Self.image("abcd")) == Set(Self.stored("abc")))
    #expect(absent([Self.base("abxyz")], Self.image("abc")) == Set(Self.stored("ab")))
    #expect(absent([Self.base("abc")], Self.image("abc")) == Set(Self.stored("abc")))
    #expect(absent([Self.base("bc")], Self.image("abc")).isEmpty, "the classic store knows no chain that begins with a")
    #expect(absent([Self.base("abc")], Self.image("axc")) == Set(Self.stored("a")))
    #expect(DeltaBase(images: [Self.base("x")]).delta(for: [Self.image("abc")]).delta == nil)
  }

  @Test("A layer compressed in another way stays: containerd knows only the stored blob")
  func otherCompression() {
    let zstd = BaseImage(name: "zstd", diffIDs: Self.plain("ab"), layers: [Self.digest("a.gz"), Self.digest("b.zst")])
    #expect(absent([zstd], Self.image("abc")) == Set(Self.stored("a")))
    // Another image of the other side has that very blob.
    #expect(absent([zstd, Self.base("xb")], Self.image("abc")) == Set(Self.stored("ab")))
  }

  @Test("A base that is known by diff ids alone is matched by them, and that is told")
  func diffIDs() {
    let list = BaseImage(name: "list", diffIDs: Self.plain("ab"), layers: nil)
    let outcome = DeltaBase(images: [list]).delta(for: [Self.image("abc")])
    #expect(outcome.delta?.absent == Set(Self.stored("ab")))
    #expect(outcome.isByDiffID)
    #expect(!DeltaBase(images: [list, Self.base("abz")]).delta(for: [Self.image("abc")]).isByDiffID)
  }

  @Test("A base that is known by stored layers alone is matched by them")
  func storedLayers() {
    let list = BaseImage(name: "list", diffIDs: [], layers: Self.stored("ab"))
    #expect(absent([list], Self.image("abc")) == Set(Self.stored("ab")))
  }

  @Test("Of several bases the names of those that are built on stand in the delta")
  func names() {
    let bases = [Self.base("xy", "one"), Self.base("a", "two"), Self.base("ab", "three"), Self.base("ab", "three")]
    let delta = DeltaBase(images: bases).delta(for: [Self.image("abc")]).delta
    #expect(delta?.bases == ["two", "three"])
    #expect(delta?.absent == Set(Self.stored("ab")))
  }

  @Test("A layer that stands a second time above the base is not left out")
  func twice() {
    #expect(absent([Self.base("ea")], Self.image("eabe")) == Set(Self.stored("a")))
    #expect(absent([Self.base("eae")], Self.image("eae")) == Set(Self.stored("ea")))
  }

  @Test("Of several images, what one of them needs stays")
  func images() {
    #expect(absent([Self.base("ab")], Self.image("abc"), Self.image("abd")) == Set(Self.stored("ab")))
    #expect(absent([Self.base("ab")], Self.image("abc"), Self.image("xb")) == Set(Self.stored("a")))
  }

  @Test("Blobs that the other side has are left out wherever they stand")
  func blobs() {
    let outcome = DeltaBase(images: [], blobs: Set(Self.stored("b"))).delta(for: [Self.image("abc")])
    #expect(outcome.delta?.absent == Set(Self.stored("b")))
    #expect(outcome.delta?.bases == [])
  }
}
