import HandmadeTar
import ImageArchive
import ImageModel
import Testing

@Suite("Names that only manifest.json knows")
struct DockerNameTests {
  /// An archive of both forms of one image, whose `index.json` has a tag alone.
  private func archive(_ tags: [String], layers: Int? = nil) throws -> [UInt8] {
    let image = try SampleImage(names: [])
    let manifest = image.archived.manifest
    let document = image.archived.document
    var writer = TarWriter()
    writer.member("oci-layout", content: Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))
    let entry =
      #"{"mediaType":"\#(document.descriptor.mediaType)","digest":"\#(document.descriptor.digest)","#
      + #""size":\#(document.descriptor.size),"annotations":{"org.opencontainers.image.ref.name":"1"}}"#
    writer.member("index.json", content: Array(#"{"schemaVersion":2,"manifests":[\#(entry)]}"#.utf8))
    func name(_ digest: Digest) -> String { "blobs/sha256/\(digest.hexadecimal)" }
    let names = manifest.layers.prefix(layers ?? manifest.layers.count).map { "\"\(name($0.digest))\"" }
    let quoted = tags.map { "\"\($0)\"" }.joined(separator: ",")
    writer.member(
      "manifest.json",
      content: Array(
        (#"[{"Config":"\#(name(manifest.config.digest))","RepoTags":[\#(quoted)],"Layers":["#
          + names.joined(separator: ",") + "]}]").utf8))
    writer.member(name(document.descriptor.digest), content: document.bytes)
    for (digest, bytes) in image.contents { writer.member(name(digest), content: bytes) }
    writer.end()
    return writer.bytes
  }

  @Test("The image of the same config and layers has them; another one does not")
  func names() throws {
    let folder = try TemporaryFolder()
    try folder.write(try archive(["team/app:1", "team/app:stable"]), to: "x.tar")
    let stored = try StoredArchive(opening: folder.path.appending("x.tar"))
    #expect(stored.images.map { $0.names.map(\.familiarName) } == [["team/app:1", "team/app:stable"]])
    let images = stored.archivedImages
    #expect(images.map { $0.names.map(\.familiarName) } == [["team/app:1", "team/app:stable"]])
    #expect(images[0].annotations.isEmpty)

    try folder.write(try archive(["team/app:1"], layers: 1), to: "y.tar")
    let other = try StoredArchive(opening: folder.path.appending("y.tar"))
    #expect(other.images[0].names.isEmpty)
    #expect(other.archivedImages[0].annotations == ["org.opencontainers.image.ref.name": "1"])
  }
}
