import HTTPAccess
import ImageArchive
import ImageModel
import MemoryStores
import NIOCore
import RegistryClient
import ScriptedServer
import Synchronization
import Testing
import Waiting

@testable import ImageCopy
@testable import ImageStores

@Suite("The contract of a store")
struct StoreContractTests {
  private let image = ImageFixture(layers: [5_000_000, 300], seed: 169)
  private static let name = "docker.io/team/app:1"

  /// What every source does, whatever it is.
  private func check(_ source: some SourceStore, name: String?) async throws {
    let root = try await source.meaning(of: name)
    #expect("\(root.digest)" == image.manifest.digest)
    let document = try #require(try await source.document(root))
    #expect(document.bytes == image.manifest.bytes)
    let nothing = Descriptor(mediaType: .ociLayer, digest: .hash([9]), size: 1)
    #expect(try await source.document(nothing) == nil)
    #expect(try await !source.presence(of: nothing).isPresent)
    let layer = image.layers[0]
    let blob = Descriptor(mediaType: .ociLayer, digest: try Digest(parsing: layer.digest), size: layer.size)
    #expect(try await source.presence(of: blob).isPresent)
    for range in [0..<layer.size, 7..<8, 4_000_000..<5_000_000] as [Range<Int64>] {
      let sink = Collector()
      try await source.read(blob, range, into: sink)
      #expect(sink.bytes == Array(layer.bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
    }
    await #expect(throws: (any Error).self) { try await source.read(nothing, 0..<1, into: Collector()) }
  }

  /// What every sink does: it has nothing, takes an image, and gives it back.
  private func check<Store: SourceStore & SinkStore>(filling store: Store, name: String) async throws {
    let source = try await memory()
    let root = try await source.meaning(of: nil)
    #expect(try await store.meaning(ofTaken: name) == nil)
    let manifest = try #require(try await source.document(root))
    for blob in image.blobs {
      let descriptor = Descriptor(
        mediaType: MediaType(rawValue: blob.mediaType), digest: try Digest(parsing: blob.digest), size: blob.size)
      guard case .absent = try await store.presence(of: descriptor) else {
        Issue.record("it has the blob already")
        return
      }
      let taken = try await store.take(
        descriptor, from: BlobContent(descriptor, in: source), siblings: []
      ) { _ in }
      #expect(taken == .sent)
      guard case .present = try await store.presence(of: descriptor) else {
        Issue.record("it lacks the blob")
        return
      }
    }
    _ = try await store.take(manifest, named: name)
    #expect(try await store.meaning(ofTaken: name) == root.digest)
    try await check(store, name: name)
  }

  private func memory() async throws -> MemoryStore {
    let store = MemoryStore()
    for blob in image.blobs { store[blob: try Digest(parsing: blob.digest)] = blob.bytes }
    let descriptor = Descriptor(
      mediaType: .ociManifest, digest: try Digest(parsing: image.manifest.digest), size: image.manifest.size)
    _ = try await store.take(ImageDocument(descriptor: descriptor, bytes: image.manifest.bytes), named: "1")
    return store
  }

  @Test("Memory")
  func inMemory() async throws {
    try await check(try await memory(), name: "1")
    try await check(filling: MemoryStore(), name: "1")
  }

  @Test("An archive")
  func inArchive() async throws {
    try await LayoutFolder.run { layout in
      try layout.write([(image.manifest, Self.name)], contents: [image])
      try await check(try layout.store(), name: Self.name)
    }
  }

  @Test("A registry", arguments: [Reply.Ranges.honest, .ignored])
  func inRegistry(_ ranges: Reply.Ranges) async throws {
    try await ScriptedServer.run { server in
      try await StoreClient.run(server) { client in
        server.serve(image, ranges: ranges)
        server.on("GET,HEAD", "/v2/team/app/*", reply: Reply(404))
        try await check(RegistryStore(client, repository: "team/app", for: .pull), name: "1")
      }
    }
  }

  @Test("A registry that is filled")
  func fillingRegistry() async throws {
    try await ScriptedServer.run { server in
      PushRegistry().serve(on: server)
      try await StoreClient.run(server) { client in
        try await check(
          filling: RegistryStore(client, repository: "team/app", for: .push), name: "1")
      }
    }
  }

  @Test("T194: what breaks while a registry is read goes on from there, over several connections")
  func brokenReading() async throws {
    try await ScriptedServer.run { server in
      let layer = image.layers[0]
      let path = "/v2/team/app/blobs/\(layer.digest)"
      server.on(path, times: 2) { .blob(layer.body, for: $0).with { $0.cut = (30_000, .finish) } }
      server.on(path) { .blob(layer.body, for: $0) }
      try await StoreClient.run(server) { client in
        let blob = Descriptor(mediaType: .ociLayer, digest: try Digest(parsing: layer.digest), size: layer.size)
        let sink = Collector()
        try await RegistryStore(client, repository: "team/app", for: .pull).read(blob, 0..<layer.size, into: sink)
        let isRight = sink.bytes == layer.bytes
        #expect(isRight)
      }
      let asked = server.requests(path).compactMap { $0.header("Range") }
      #expect(Set(asked).count == 5, "three pieces, of which two are gone on with")
    }
  }

  @Test("Wrong bytes never reach a sink whole, however they are asked for")
  func wrongBytes() async throws {
    let store = MemoryStore()
    let blob = Descriptor(mediaType: .ociLayer, digest: .hash([1, 2, 3, 4]), size: 4)
    store[blob: blob.digest] = [1, 2, 3, 5]
    for ranges in [[0..<4], [0..<2, 2..<4], [0..<2, 0..<4], [0..<2, 2..<3, 2..<3, 3..<4]] as [[Range<Int64>]] {
      let content = BlobContent(blob, in: store)
      let sink = Collector()
      await #expect(throws: ImageStoreError.wrongBytes(blob.digest, place: "memory")) {
        for range in ranges { try await content.read(range, into: sink) }
      }
      #expect(sink.bytes.last != 5)
    }
    store[blob: blob.digest] = [1, 2, 3, 4]
    let content = BlobContent(blob, in: store)
    for range in [0..<2, 2..<3, 2..<3, 3..<4] as [Range<Int64>] { try await content.read(range, into: Collector()) }
  }
}

private final class Collector: ByteSink {
  private let collected = Mutex<[UInt8]>([])

  var bytes: [UInt8] { collected.withLock(\.self) }

  func write(_ bytes: ByteBuffer) async throws { collected.withLock { $0 += Array(buffer: bytes) } }
}
