import ImageContents
import ImageLayers
import ImageModel
import ImageStores
import MemoryStores
import Synchronization
import Testing

@Suite("Looking into an image whose layers are fetched")
struct RemoteImageTests {
  private static let place = ImageContentError.Place.registry(reference: LayersInMemory.name)

  private func text(of path: String, in image: ReadableImage) async throws -> String {
    let files = try await ImageFiles(of: image, for: path, isDigesting: true, width: 4)
    let bytes = Mutex<[UInt8]>([])
    try await files.copy(try files.file(at: path)) { piece in bytes.withLock { $0 += piece } }
    return String(decoding: bytes.withLock(\.self), as: UTF8.self)
  }

  @Test("The highest layer that has a file decides: those below are not fetched")
  func highestLayer() async throws {
    let layers = LayersInMemory([
      [("etc/", ""), ("etc/name", "old")], [("etc/", ""), ("etc/name", "new")], [("etc/", ""), ("etc/other", "x")],
    ])
    #expect(try await text(of: "etc/name", in: layers.image()) == "new")
    #expect(layers.fetched == Set(layers.layers[1...].map(\.digest)))
  }

  @Test("A path in no layer is told after all were looked at")
  func noSuchPath() async throws {
    let layers = LayersInMemory([[("etc/name", "old")], [("etc/other", "x")]])
    let image = try layers.image()
    await #expect(throws: ImageContentError.noSuchPath(image: LayersInMemory.name, path: "etc/none")) {
      try await text(of: "etc/none", in: image)
    }
    #expect(layers.fetched == Set(layers.layers.map(\.digest)))
  }

  @Test("What ls shows is what all layers make together")
  func list() async throws {
    let layers = LayersInMemory([
      [("etc/a", "1"), ("etc/b", "2")], [("etc/.wh.a", ""), ("etc/c", "3")],
    ])
    let files = try await ImageFiles(of: try layers.image(), width: 2)
    var paths: [String] = []
    try files.list("etc", isRecursive: false) { paths.append(String(decoding: $0.path.bytes, as: UTF8.self)) }
    #expect(paths == ["etc/b", "etc/c"])
  }

  @Test("T405: An image in any store can be looked into, and a layer with wrong bytes is never taken for whole")
  func anyStore() async throws {
    let store = MemoryStore()
    let layers = LayersInMemory([[("etc/", ""), ("etc/name", "old")]])
    let layer = layers.layers[0]
    let image = try layers.image(in: store)
    store[blob: layer.digest] = layers.first
    #expect(try await text(of: "etc/name", in: image) == "old")

    // Another file name of the same length: a tar archive as good as the right one, but for its digest.
    store[blob: layer.digest] = LayersInMemory([[("etc/", ""), ("etc/game", "old")]]).first
    await #expect(throws: ImageStoreError.wrongBytes(layer.digest, place: store.place)) {
      try await ImageFiles(of: image, width: 1)
    }
  }

  @Test("A layer that is not what the config promises is told by its name")
  func wrongDiffID() async throws {
    let layers = LayersInMemory([[("etc/name", "old")]])
    let promised = Digest.hash([1, 2, 3])
    let image = try layers.image(diffIDs: [promised])
    let layer = layers.layers[0].digest
    await #expect(
      throws: ImageContentError.wrongDiffID(image: Self.place, layer: "\(layer)", expected: promised, found: layer)
    ) { try await ImageFiles(of: image, width: 1) }
  }

  @Test("A config that lists another number of layers, an encrypted layer, and a source that fails")
  func failures() async throws {
    let layers = LayersInMemory([[("etc/name", "old")]])
    #expect(
      throws: ImageContentError.layersDoNotMatchConfig(image: LayersInMemory.name, layers: 1, diffIDs: 2)
    ) { try layers.image(diffIDs: [Digest.hash([1]), Digest.hash([2])]) }

    let secret = LayersInMemory(
      [[("etc/name", "old")]], mediaType: "application/vnd.oci.image.layer.v1.tar+gzip+encrypted")
    let layer = "\(secret.layers[0].digest)"
    await #expect(throws: ImageContentError.unreadLayer(image: Self.place, layer: layer, .encrypted)) {
      try await ImageFiles(of: try secret.image(), width: 1)
    }
    #expect(secret.fetched.isEmpty)

    let empty = try ReadableImage(
      name: LayersInMemory.name, manifestDigest: Digest.hash([]),
      layers: [Descriptor(mediaType: .ociLayerGzip, digest: Digest.hash([9]), size: 9)],
      config: try ImageConfig(parsing: Array(#"{"architecture":"amd64","os":"linux"}"#.utf8)), in: layers)
    await #expect(throws: LayersInMemory.Gone.self) { try await ImageFiles(of: empty, width: 1) }
  }
}
