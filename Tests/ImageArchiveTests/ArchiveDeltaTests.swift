import ImageArchive
import ImageModel
import SystemPackage
import TemporaryFolders
import Testing

@Suite("An archive that leaves layers out")
struct ArchiveDeltaTests {
  private let folder: TemporaryFolder
  private let image: SampleImage
  private let layers: [Descriptor]

  init() throws {
    folder = try TemporaryFolder()
    image = try SampleImage(layers: [700, 512, 1_025])
    layers = image.archived.manifest.layers
  }

  private func stored(_ delta: ArchiveDelta?) throws -> StoredArchive {
    let plan = try ArchivePlan(images: [image.archived], delta: delta)
    try folder.write(plan.bytes(image.contents), to: "x.tar")
    return try StoredArchive(opening: folder.path.appending("x.tar"))
  }

  @Test("It names every layer, holds the others, and says what is missing and who has it")
  func delta() throws {
    let absent = Set(layers[...1].map(\.digest))
    let archive = try stored(
      ArchiveDelta(absent: absent, bases: ["docker.io/library/nginx:1.21.3@\(layers[0].digest)"]))
    let found = try #require(archive.images.first)
    #expect(found.layers.map(\.descriptor?.digest) == layers.map(\.digest))
    #expect(found.layers.map { $0.content != nil } == [false, false, true])
    #expect(archive.dockerEntries.first?.layers.count == 3)
    #expect(found.config != nil && found.document != nil)
    #expect(archive.delta?.absent == absent)
    #expect(archive.delta?.bases == ["docker.io/library/nginx:1.21.3@\(layers[0].digest)"])
    #expect(archive.absentBlobs.map(\.digest) == layers[...1].map(\.digest))
  }

  @Test("A config is never left out")
  func config() throws {
    let config = image.archived.manifest.config.digest
    let archive = try stored(ArchiveDelta(absent: [config, layers[0].digest], bases: []))
    #expect(archive.images.first?.config != nil)
    #expect(archive.delta?.absent == [layers[0].digest])
  }

  @Test("A whole archive says nothing of deltas, and what it lacks is lost")
  func whole() throws {
    #expect(try stored(nil).delta == nil)
    #expect(try stored(nil).absentBlobs.isEmpty)
    let plan = try ArchivePlan(images: [image.archived])
    #expect(
      try ArchivePlan(images: [image.archived], delta: ArchiveDelta(absent: [], bases: [])).extents == plan.extents)
    // The same index.json, and no member for the last layer.
    let last = layers[2].digest
    var bytes = plan.bytes(image.contents)
    let member = Array("blobs/sha256/\(last.hexadecimal)".utf8)
    let header = try #require(stride(from: 0, to: bytes.count, by: 512).first { bytes[$0...].starts(with: member) })
    bytes.removeSubrange(header..<(header + 512 + 1_536))
    try folder.write(bytes, to: "y.tar")
    let archive = try StoredArchive(opening: folder.path.appending("y.tar"))
    #expect(archive.delta == nil)
    #expect(archive.absentBlobs.map(\.digest) == [last])
  }
}
