import FileAccess
import ImageModel
import TemporaryFolders
import Testing

@testable import ImageArchive

/// Docker from 29.1 on and containerd from 2.2 on list signatures in `index.json`, with what each is about.
@Suite("Referrers that index.json lists")
struct ListedReferrerTests {
  @Test("T155: they are no images, and what they are about is known")
  func read() throws {
    let image = try SampleImage()
    let signature = try SampleImage(names: [], layers: [20], seed: 9)
    let referrer = ArchivedReferrer(
      document: signature.archived.document, subject: image.archived.document.descriptor.digest)
    let archived = ArchivedImage(
      names: image.archived.names, manifest: image.archived.manifest, document: image.archived.document,
      relatedBlobs: [signature.archived.manifest.config] + signature.archived.manifest.layers, referrers: [referrer])
    let contents = image.contents.merging(signature.contents) { first, _ in first }
    let folder = try TemporaryFolder()
    var whole: [StoredArchive] = []
    for place in [ReferrerPlace.index, .ownList] {
      let path = folder.path.appending("\(place).tar")
      try FilePlace(path).write(ArchivePlan(images: [archived], referrerPlace: place).bytes(contents))
      whole.append(try StoredArchive(opening: path))
    }
    for archive in whole {
      #expect(archive.images.map(\.names) == [image.archived.names])
      #expect(archive.artifacts.isEmpty)
      #expect(archive.referrers.map(\.subject) == [referrer.subject])
      #expect(archive.referrers.map(\.document.bytes) == [referrer.document.bytes])
    }
    // Written again they are as a pull would have them.
    #expect(
      try ArchivePlan(images: whole[0].archivedImages).bytes(contents)
        == ArchivePlan(images: whole[1].archivedImages).bytes(contents))
  }
}
