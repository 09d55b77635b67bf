import ImageArchive
import ImageModel
import Testing

@Suite("ArchivePlan")
struct ArchivePlanTests {
  /// The names of the members, read from the headers by their sizes.
  private func members(_ archive: [UInt8]) -> [(name: String, content: ArraySlice<UInt8>)] {
    var members: [(String, ArraySlice<UInt8>)] = []
    var position = 0
    while position < archive.count, archive[position] != 0 {
      let name = String(decoding: archive[position...].prefix { $0 != 0 }, as: UTF8.self)
      let size = Int(String(decoding: archive[(position + 124)..<(position + 135)], as: UTF8.self), radix: 8) ?? 0
      members.append((name, archive[(position + 512)..<(position + 512 + size)]))
      position += 512 + (size + 511) / 512 * 512
    }
    return members
  }

  private func text(_ name: String, in archive: [UInt8]) -> String? {
    members(archive).first { $0.name == name }.map { String(decoding: $0.content, as: UTF8.self) }
  }

  @Test("The extents follow one another and make the whole archive")
  func extents() throws {
    let image = try SampleImage()
    let plan = try ArchivePlan(images: [image.archived])
    var position: Int64 = 0
    for extent in plan.extents {
      switch extent {
      case .literal(let offset, let bytes):
        #expect(offset == position)
        position += Int64(bytes.count)
      case .blob(let offset, let descriptor):
        #expect(offset == position)
        #expect(plan.offset(of: descriptor.digest) == offset)
        position += descriptor.size
      }
    }
    #expect(position == plan.size)
    #expect(plan.size % 512 == 0)
    #expect(plan.bytes(image.contents).suffix(1_024).allSatisfy { $0 == 0 })
  }

  @Test("Members stand in a fixed order, each content where the plan says")
  func order() throws {
    let image = try SampleImage()
    let plan = try ArchivePlan(images: [image.archived])
    let archive = plan.bytes(image.contents)
    let blobs =
      [image.archived.document.descriptor, image.archived.manifest.config] + image.archived.manifest.layers
    let expected =
      ["oci-layout", "index.json", "manifest.json", "blobs/", "blobs/sha256/"]
      + blobs.map { "blobs/sha256/\($0.digest.hexadecimal)" }
    #expect(members(archive).map(\.name) == expected)
    #expect(text("oci-layout", in: archive) == #"{"imageLayoutVersion":"1.0.0"}"#)
    for blob in plan.blobs {
      let range = Int(blob.range.lowerBound)..<Int(blob.range.upperBound)
      #expect(Digest.hash(Array(archive[range])) == blob.digest)
    }
    let manifest = image.archived.document
    let start = Int(try #require(plan.offset(of: manifest.descriptor.digest)))
    #expect(Array(archive[start..<(start + manifest.bytes.count)]) == manifest.bytes)
  }

  @Test("The documents name the image as each loader wants it")
  func documents() throws {
    let image = try SampleImage(names: ["nginx:1.21.4"], layers: [10])
    let plan = try ArchivePlan(images: [image.archived])
    let archive = plan.bytes(image.contents)
    let manifest = image.archived.document.descriptor
    let path = { (digest: Digest) in "blobs/sha256/\(digest.hexadecimal)" }
    #expect(
      text("index.json", in: archive)
        == #"{"manifests":[{"annotations":{"io.containerd.image.name":"docker.io/library/nginx:1.21.4","#
        + #""org.opencontainers.image.ref.name":"1.21.4"},"digest":"\#(manifest.digest)","#
        + #""mediaType":"application/vnd.oci.image.manifest.v1+json","size":\#(manifest.size)}],"#
        + #""mediaType":"application/vnd.oci.image.index.v1+json","schemaVersion":2}"#)
    #expect(
      text("manifest.json", in: archive)
        == #"[{"Config":"\#(path(image.archived.manifest.config.digest))","#
        + #""Layers":["\#(path(image.archived.manifest.layers[0].digest))"],"RepoTags":["nginx:1.21.4"]}]"#)
  }

  @Test("An image by digest alone has no RepoTags, and its name in the annotation")
  func byDigest() throws {
    let digest = Digest.hash([9])
    let image = try SampleImage(names: ["h.io/a/b@\(digest)"])
    let archive = try ArchivePlan(images: [image.archived]).bytes(image.contents)
    #expect(text("manifest.json", in: archive)?.contains(#""RepoTags":[]"#) == true)
    let index = try #require(text("index.json", in: archive))
    #expect(index.contains(#""io.containerd.image.name":"h.io/a/b@\#(digest)""#))
    #expect(!index.contains("org.opencontainers.image.ref.name"))
  }

  @Test("With tag and digest the tag is the name")
  func byTagAndDigest() throws {
    let image = try SampleImage(names: ["h.io/a/b:1@\(Digest.hash([9]))"])
    let archive = try ArchivePlan(images: [image.archived]).bytes(image.contents)
    #expect(text("manifest.json", in: archive)?.contains(#""RepoTags":["h.io/a/b:1"]"#) == true)
    #expect(text("index.json", in: archive)?.contains(#""io.containerd.image.name":"h.io/a/b:1""#) == true)
  }

  @Test("Two names are two entries of the index and two tags of one image; no name is one entry")
  func names() throws {
    let two = try SampleImage(names: ["a:1", "h.io/b:2"])
    let archive = try ArchivePlan(images: [two.archived]).bytes(two.contents)
    #expect(text("manifest.json", in: archive)?.contains(#""RepoTags":["docker.io/library/a:1","h.io/b:2"]"#) == true)
    #expect(text("index.json", in: archive)?.split(separator: "io.containerd.image.name").count == 3)
    let none = try SampleImage(names: [])
    let unnamed = try ArchivePlan(images: [none.archived]).bytes(none.contents)
    #expect(text("manifest.json", in: unnamed)?.contains(#""RepoTags":[]"#) == true)
    #expect(text("index.json", in: unnamed)?.contains("annotations") == false)
    #expect(text("index.json", in: unnamed)?.contains("\(none.archived.document.descriptor.digest)") == true)
  }

  @Test("index.json names no platform, as ctr would leave out an image for another one")
  func noPlatform() throws {
    let image = try SampleImage()
    var descriptor = image.archived.document.descriptor
    descriptor.platform = Platform(os: "linux", architecture: "s390x")
    let archived = ArchivedImage(
      names: image.archived.names, manifest: image.archived.manifest,
      document: .init(descriptor: descriptor, bytes: image.archived.document.bytes))
    let archive = try ArchivePlan(images: [archived]).bytes(image.contents)
    #expect(text("index.json", in: archive)?.contains("platform") == false)
    #expect(
      try ArchivePlan(images: [archived]).bytes(image.contents)
        == ArchivePlan(images: [image.archived]).bytes(image.contents))
  }

  @Test("T067: a layer that is listed five times is stored once and listed five times")
  func repeatedLayer() throws {
    let layer = Descriptor(mediaType: .ociLayerGzip, digest: .hash([1]), size: 1)
    let config = Descriptor(mediaType: .ociImageConfig, digest: .hash([2]), size: 1)
    let image = try SampleImage.archived(config: config, layers: Array(repeating: layer, count: 5))
    let plan = try ArchivePlan(images: [image])
    #expect(plan.blobs.map(\.descriptor) == [config, layer])
    let archive = plan.bytes([layer.digest: [1], config.digest: [2]])
    #expect(text("manifest.json", in: archive)?.split(separator: layer.digest.hexadecimal).count == 6)
  }

  @Test("Images in one archive share blobs; documents stand first, then configs, then layers")
  func severalImages() throws {
    let first = try SampleImage(names: ["a:1"], layers: [100, 200], seed: 1)
    let second = try SampleImage(names: ["b:1"], layers: [100, 300], seed: 1)
    let plan = try ArchivePlan(images: [first.archived, second.archived])
    #expect(first.archived.manifest.config == second.archived.manifest.config)
    #expect(plan.blobs.map(\.size) == [first.archived.manifest.config.size, 100, 200, 300])
    let archive = plan.bytes(first.contents.merging(second.contents) { first, _ in first })
    let documents = [first, second].map { "blobs/sha256/\($0.archived.document.descriptor.digest.hexadecimal)" }
    #expect(members(archive).map(\.name)[5...6].elementsEqual(documents))
    #expect(text("manifest.json", in: archive)?.contains(#""RepoTags":["docker.io/library/b:1"]"#) == true)
  }

  @Test("Related documents are stored and not named in index.json")
  func relatedDocuments() throws {
    let image = try SampleImage()
    let bytes = Array("{}".utf8)
    let index = ImageDocument(
      descriptor: Descriptor(mediaType: .ociIndex, digest: .hash(bytes), size: 2), bytes: bytes)
    let archived = ArchivedImage(
      names: image.archived.names, manifest: image.archived.manifest, document: image.archived.document,
      relatedDocuments: [index])
    let archive = try ArchivePlan(images: [archived]).bytes(image.contents)
    #expect(text("blobs/sha256/\(index.descriptor.digest.hexadecimal)", in: archive) == "{}")
    #expect(text("index.json", in: archive)?.contains(index.descriptor.digest.hexadecimal) == false)
  }

  @Test("T001: the same image gives the same bytes and the same fingerprint")
  func determinism() throws {
    let images = try (0..<2).map { _ in try SampleImage(names: ["b:1", "a:2"]) }
    let plans = try images.map { try ArchivePlan(images: [$0.archived]) }
    #expect(plans[0].bytes(images[0].contents) == plans[1].bytes(images[1].contents))
    #expect(plans[0].fingerprint == plans[1].fingerprint)
  }

  @Test("Another name or another layer gives another fingerprint")
  func fingerprints() throws {
    let plans = try [
      SampleImage(names: ["a:1"]), SampleImage(names: ["a:2"]), SampleImage(names: ["a:1"], seed: 2),
      SampleImage(names: ["a:1"], layers: [700]),
    ].map { try ArchivePlan(images: [$0.archived]) }
    #expect(Set(plans.map(\.fingerprint)).count == plans.count)
  }

  @Test("T071: sizes that add up to more than 64 bits are refused")
  func overflow() throws {
    let config = Descriptor(mediaType: .ociImageConfig, digest: .hash([0]), size: 2)
    for sizes in [[Int64.max], [Int64.max - 600], [Int64.max / 2, Int64.max / 2, 1]] {
      let layers = sizes.enumerated().map {
        Descriptor(mediaType: .ociLayerGzip, digest: .hash([UInt8($0.offset + 1)]), size: $0.element)
      }
      let image = try SampleImage.archived(config: config, layers: layers)
      #expect(throws: ArchiveError.archiveTooLarge) { try ArchivePlan(images: [image]) }
    }
    #expect(ArchiveError.archiveTooLarge.failureClass == .refused)
  }

  @Test("T067: one digest with two sizes is refused, in one image and across images")
  func conflictingSizes() throws {
    let config = Descriptor(mediaType: .ociImageConfig, digest: .hash([0]), size: 2)
    let layers = [5, 6].map { Descriptor(mediaType: .ociLayerGzip, digest: .hash([1]), size: $0) }
    let error = ArchiveError.conflictingSizes(.hash([1]))
    let both = try SampleImage.archived(config: config, layers: layers)
    #expect(throws: error) { try ArchivePlan(images: [both]) }
    let each = try layers.map { try SampleImage.archived(config: config, layers: [$0]) }
    #expect(throws: error) { try ArchivePlan(images: each) }
  }

  @Test("A document of another size than its descriptor says is refused")
  func documentSize() throws {
    let image = try SampleImage().archived
    let cut = Array(image.document.bytes.dropLast())
    let archived = ArchivedImage(
      names: [], manifest: image.manifest, document: .init(descriptor: image.document.descriptor, bytes: cut))
    let error = ArchiveError.documentSizeDiffers(
      image.document.descriptor.digest, expected: image.document.descriptor.size, actual: cut.count)
    #expect(throws: error) { try ArchivePlan(images: [archived]) }
  }
}
