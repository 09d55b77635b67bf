import HandmadeTar
import ImageArchive
import ImageModel
import TemporaryFolders
import Testing

@Suite("Names that only manifest.json knows")
struct DockerNameTests {
  /// An archive of both forms of one image, whose `index.json` has a tag alone.
  ///
  /// - Parameter annotations: those of the entries that name it.
  private func archive(
    _ tags: [[String]], layers: Int? = nil, annotations: [String] = [#""org.opencontainers.image.ref.name":"1""#]
  ) throws -> [UInt8] {
    let image = try SampleImage(names: [])
    let manifest = image.archived.manifest
    let document = image.archived.document
    var writer = TarWriter()
    writer.member("oci-layout", content: Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))
    let entries = annotations.map {
      #"{"mediaType":"\#(document.descriptor.mediaType)","digest":"\#(document.descriptor.digest)","#
        + #""size":\#(document.descriptor.size),"annotations":{\#($0)}}"#
    }.joined(separator: ",")
    writer.member("index.json", content: Array(#"{"schemaVersion":2,"manifests":[\#(entries)]}"#.utf8))
    func name(_ digest: Digest) -> String { "blobs/sha256/\(digest.hexadecimal)" }
    let names = manifest.layers.prefix(layers ?? manifest.layers.count).map { "\"\(name($0.digest))\"" }
    let docker = tags.map { tags in
      let quoted = tags.map { "\"\($0)\"" }.joined(separator: ",")
      return #"{"Config":"\#(name(manifest.config.digest))","RepoTags":[\#(quoted)],"Layers":["#
        + names.joined(separator: ",") + "]}"
    }.joined(separator: ",")
    writer.member("manifest.json", content: Array("[\(docker)]".utf8))
    writer.member(name(document.descriptor.digest), content: document.bytes)
    for (digest, bytes) in image.contents { writer.member(name(digest), content: bytes) }
    writer.end()
    return writer.bytes
  }

  @Test("The image of the same config and layers has them; another one does not")
  func names() throws {
    let folder = try TemporaryFolder()
    try folder.write(try archive([["team/app:1", "team/app:stable"]]), to: "x.tar")
    let stored = try StoredArchive(opening: folder.path.appending("x.tar"))
    #expect(stored.images.map { $0.names.map(\.familiarName) } == [["team/app:1", "team/app:stable"]])
    let images = stored.archivedImages
    #expect(images.map { $0.names.map(\.familiarName) } == [["team/app:1", "team/app:stable"]])
    #expect(images[0].annotations.isEmpty)

    try folder.write(try archive([["team/app:1"]], layers: 1), to: "y.tar")
    let other = try StoredArchive(opening: folder.path.appending("y.tar"))
    #expect(other.images[0].names.isEmpty)
    #expect(other.archivedImages[0].annotations == ["org.opencontainers.image.ref.name": "1"])
  }

  /// Names and tags of an image, as they are found and as they go into another archive.
  private func names(_ bytes: [UInt8]) throws -> (found: [[String]], archived: [[String]]) {
    let folder = try TemporaryFolder()
    try folder.write(bytes, to: "x.tar")
    let stored = try StoredArchive(opening: folder.path.appending("x.tar"))
    return (
      stored.images.map { $0.names.map(\.familiarName) },
      stored.archivedImages.map { $0.names.map(\.familiarName) }
    )
  }

  @Test("An image that has a name in index.json has those of manifest.json too, each once")
  func furtherNames() throws {
    let named = #""io.containerd.image.name":"docker.io/team/app:1","org.opencontainers.image.ref.name":"1""#
    for tags in [[["team/app:1", "team/app:stable"]], [["team/app:1"], ["team/app:stable", "team/app:1"]]] {
      let (found, archived) = try names(archive(tags, annotations: [named]))
      #expect(found == [["team/app:1", "team/app:stable"]])
      #expect(archived == [["team/app:1", "team/app:stable"]])
    }
    let (found, archived) = try names(archive([["team/app:stable"]], annotations: [named]))
    #expect(found == [["team/app:1", "team/app:stable"]])
    #expect(archived == [["team/app:1", "team/app:stable"]])
  }

  @Test("A further name goes to the image with whose names it was given")
  func together() throws {
    let names = ["team/app:1", "team/app:2"].map { #""io.containerd.image.name":"docker.io/\#($0)""# }
    let archived = try self.names(
      archive([["team/app:1"], ["team/app:2", "team/app:stable"]], annotations: names)
    ).archived
    #expect(archived == [["team/app:1"], ["team/app:2", "team/app:stable"]])
  }
}
