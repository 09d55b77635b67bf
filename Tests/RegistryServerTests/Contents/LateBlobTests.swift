import FoundationEssentials
import ManualClocks
import RegistryServer
import ScriptedServer
import TemporaryFolders
import Testing
import Waiting

/// A layout that is copied with its `index.json` first, as rsync and others do.
@Suite struct LateBlobTests {
  private static let image = ImageFixture(layers: [40_000, 5_000], seed: 470)
  private static let other = ImageFixture(layers: [3_000], seed: 471)
  private let folder: TemporaryFolder
  private let clock = ManualClock()
  private let contents: WatchedContents

  init() throws {
    folder = try TemporaryFolder()
    contents = WatchedContents([folder.path], quietTime: .seconds(5), clock: clock)
    try FileManager.default.createDirectory(
      atPath: folder.path.appending("images").appending("blobs").appending("sha256").string,
      withIntermediateDirectories: true)
    try folder.write(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), to: "images/oci-layout")
  }

  private func write(_ blob: ImageFixture.Blob, count: Int = .max) throws {
    try folder.write(
      Array(blob.bytes.prefix(count)), to: "images/blobs/\(blob.digest.replacing(":", with: "/"))")
  }

  private func writeIndex(_ images: [(String, ImageFixture.Blob)]) throws {
    let entries = images.map { name, root in
      #"{"mediaType":"\#(root.mediaType)","digest":"\#(root.digest)","size":\#(root.size),"#
        + #""annotations":{"io.containerd.image.name":"\#(name)"}}"#
    }
    try folder.write(
      Array(#"{"schemaVersion":2,"manifests":[\#(entries.joined(separator: ","))]}"#.utf8), to: "images/index.json")
  }

  /// The time goes on, and the server looks at the disk.
  private func look(after seconds: Int = 2) async throws -> [ContentsNotice] {
    clock.advance(by: .seconds(seconds))
    return try await contents.rescan()
  }

  /// Long enough for whatever has come to be quiet.
  private func settle() async throws {
    for _ in 0..<8 { _ = try await look() }
  }

  private var tags: [String] {
    contents.current.repositories.flatMap { name, repository in repository.tags.keys.map { "\(name):\($0)" } }.sorted()
  }

  @Test("T470: an image whose layers come after index.json appears once they are whole, and quiet, and not before")
  func layersLast() async throws {
    try write(Self.image.manifest)
    try write(Self.image.config)
    try writeIndex([("a:1", Self.image.manifest)])
    #expect(try await contents.rescan().count == 1)
    try await settle()
    #expect(tags.isEmpty)
    try write(Self.image.layers[1])
    try write(Self.image.layers[0], count: 20_000)
    try await settle()
    #expect(tags.isEmpty)
    try write(Self.image.layers[0])
    _ = try await look()
    #expect(tags.isEmpty)
    try await settle()
    #expect(tags == ["docker.io/library/a:1"])
  }

  @Test("T470: an image that is on its way into a layout takes no other image of that layout away")
  func manifestLast() async throws {
    for blob in [Self.other.manifest] + Self.other.blobs { try write(blob) }
    try writeIndex([("b:1", Self.other.manifest)])
    #expect(try await contents.rescan().isEmpty)
    try writeIndex([("b:1", Self.other.manifest), ("a:1", Self.image.manifest)])
    try await settle()
    #expect(tags == ["docker.io/library/b:1"])
    for blob in Self.image.blobs { try write(blob) }
    try write(Self.image.manifest, count: 10)
    try await settle()
    #expect(tags == ["docker.io/library/b:1"])
    try write(Self.image.manifest)
    try await settle()
    #expect(tags == ["docker.io/library/a:1", "docker.io/library/b:1"])
  }

  @Test("T470: another platform of an index that is served appears when its manifest and layers have come")
  func platformLast() async throws {
    let children = [Self.image, Self.other].map(\.manifest.descriptor).joined(separator: ",")
    let text = #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[\#(children)]}"#
    let index = ImageFixture.Blob(mediaType: ImageFixture.indexType, bytes: Array(text.utf8))
    for blob in [index, Self.other.manifest] + Self.other.blobs { try write(blob) }
    try writeIndex([("a:1", index)])
    _ = try await contents.rescan()
    let before = try #require(contents.current.repositories["docker.io/library/a"])
    #expect(before.tags["1"].map { "\($0)" } == Self.other.manifest.digest)
    for blob in Self.image.blobs + [Self.image.manifest] { try write(blob) }
    try await settle()
    let repository = try #require(contents.current.repositories["docker.io/library/a"])
    #expect(repository.tags["1"].map { "\($0)" } == index.digest)
    let layers = Set(repository.blobs.map { "\($0)" })
    #expect(layers.isSuperset(of: Self.image.layers.map(\.digest)))
  }

  @Test("T471: with --verify, a layout that was incomplete is served once all of it has come, and is right")
  func verified() async throws {
    try write(Self.image.manifest)
    try write(Self.image.config)
    try writeIndex([("a:1", Self.image.manifest)])
    _ = try await contents.rescan()
    while try await contents.verifyNext() != nil {}
    for layer in Self.image.layers { try write(layer) }
    try await settle()
    let place = folder.path.appending("images")
    #expect(try await contents.verifyNext() == [.verified(place)])
    #expect(tags == ["docker.io/library/a:1"])
    try await settle()
    #expect(try await contents.verifyNext() == nil)
  }
}
