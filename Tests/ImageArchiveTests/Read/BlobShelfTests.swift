import FileAccess
import FoundationEssentials
import HandmadeTar
import ImageArchive
import ImageModel
import SystemPackage
import TemporaryFolders
import Testing
import WatchedPrograms

@Suite("Finding blobs in archives and layouts")
struct BlobShelfTests {
  private let folder: TemporaryFolder
  private let image: SampleImage
  private let plan: ArchivePlan

  init() throws {
    folder = try TemporaryFolder()
    image = try SampleImage(layers: [700, 512, 0, 70_000])
    plan = try ArchivePlan(images: [image.archived])
  }

  private func shelf(_ name: String = "") throws -> BlobShelf {
    var shelf = BlobShelf()
    try shelf.add(name.isEmpty ? folder.path : folder.path.appending(name))
    return shelf
  }

  private func bytes(_ blob: StoredBlob) throws -> [UInt8] {
    let file = try #require(try blob.open())
    var bytes = [UInt8](repeating: 0, count: Int(blob.size))
    let count = try bytes.withUnsafeMutableBytes { try blob.read(from: file, at: 0, into: $0) }
    #expect(count == bytes.count)
    return bytes
  }

  private func expectAllBlobs(_ shelf: BlobShelf, _ comment: Comment) throws {
    for (digest, content) in image.contents {
      let blob = try #require(shelf.blob(digest, size: Int64(content.count)), comment)
      #expect(try bytes(blob) == content, comment)
      #expect(shelf.blob(digest, size: Int64(content.count) + 1) == nil, "another size is another blob")
    }
    #expect(shelf.blob(.hash([1, 2, 3]), size: 3) == nil)
  }

  @Test("An archive of our own, by its path, through a link, and in a folder of archives")
  func ownArchive() throws {
    try folder.write(plan.bytes(image.contents), to: "x.tar")
    try expectAllBlobs(shelf("x.tar"), "the archive")
    try expectAllBlobs(shelf(), "its folder")
    let link = folder.path.appending("link")
    try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: "x.tar")
    try expectAllBlobs(shelf("link"), "a link that the user names")
  }

  @Test("Archives that other programs made of the same files", arguments: ["ustar", "pax", "gnu", "oldgnu", "posix"])
  func otherWriters(format: String) async throws {
    try folder.write(plan.bytes(image.contents), to: "x.tar")
    try FileManager.default.createDirectory(
      atPath: folder.path.appending("files").string, withIntermediateDirectories: false)
    let script = "tar -xf x.tar -C files && rm x.tar && tar --format=\(format) -cf y.tar -C files ."
    let ended = try await WatchedProgram.run("sh", ["-c", script], in: folder.path)
    #expect(ended.isSuccess, "\(ended.errors)")
    try expectAllBlobs(shelf("y.tar"), "tar --format=\(format)")
    try expectAllBlobs(shelf("files"), "the same as a layout")
  }

  @Test("A member of more than 8 GiB, and what stands behind it")
  func largeMember() throws {
    let size: Int64 = 9 << 30
    let (large, small) = (Digest.hash([1]), Digest.hash([2]))
    let descriptors = [(large, size), (small, 5)].map {
      Descriptor(mediaType: .ociLayerGzip, digest: $0.0, size: $0.1)
    }
    let plan = try ArchivePlan(images: [
      SampleImage.archived(
        config: Descriptor(mediaType: .ociImageConfig, digest: .hash([3]), size: 2), layers: descriptors)
    ])
    let path = folder.path.appending("large.tar")
    let file = try FileDescriptor.open(path, .writeOnly, options: .create, permissions: .ownerReadWrite)
    for case .literal(let offset, let bytes) in plan.extents { try file.writeAll(toAbsoluteOffset: offset, bytes) }
    try file.close()
    let shelf = try shelf("large.tar")
    #expect(shelf.blob(large, size: size)?.offset == plan.offset(of: large))
    #expect(shelf.blob(small, size: 5)?.offset == plan.offset(of: small))
  }

  @Test("Beside an output only archives of the same repository count, whatever their names")
  func siblings() throws {
    func archive(_ name: String, seed: UInt64) throws -> (SampleImage, [UInt8]) {
      let image = try SampleImage(names: [name], seed: seed)
      return (image, try ArchivePlan(images: [image.archived]).bytes(image.contents))
    }
    let (same, sameBytes) = try archive("nginx:1.21.4", seed: 1)
    let (other, otherBytes) = try archive("redis:7", seed: 2)
    let (own, ownBytes) = try archive("docker.io/library/nginx:1", seed: 3)
    try folder.write(sameBytes, to: "redis_7.tar")
    try folder.write(otherBytes, to: "nginx_1.21.4.tar")
    try folder.write(ownBytes, to: "image")
    try folder.write(Array("notes".utf8), to: "notes.tar")
    // Half of one that is of other images does not matter.
    try folder.write(Array(otherBytes.prefix(otherBytes.count / 2)), to: "half.tar")
    var shelf = BlobShelf()
    shelf.addSiblings(
      of: try OutputPath(folder.path.appending("image")), repositories: ["docker.io/library/nginx"])
    #expect(shelf.faults.isEmpty)
    func isThere(_ image: SampleImage) -> Bool {
      image.contents.allSatisfy { shelf.blob($0.key, size: Int64($0.value.count)) != nil }
    }
    #expect(isThere(same))
    #expect(isThere(own), "an older file at the output path")
    #expect(!isThere(other))

    try folder.write(Array(sameBytes.prefix(sameBytes.count - 512)), to: "redis_7.tar")
    shelf = BlobShelf()
    shelf.addSiblings(of: try OutputPath(folder.path.appending("new.tar")), repositories: ["docker.io/library/nginx"])
    #expect(shelf.faults == [.unreadable(folder.path.appending("redis_7.tar"), .truncated)])
  }

  @Test("In a folder of archives what is none does not count, and what is damaged is told")
  func mixedFolder() throws {
    let bytes = plan.bytes(image.contents)
    try folder.write(bytes, to: "good.tar")
    try folder.write(Array(bytes.dropLast(700)), to: "cut.tar")
    try folder.write(Array("text".utf8), to: "text.tar")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path.appending("link.tar").string, withDestinationPath: "/etc/passwd")
    let shelf = try shelf()
    #expect(shelf.faults == [.unreadable(folder.path.appending("cut.tar"), .truncated)])
    try expectAllBlobs(shelf, "the good one")
  }

  @Test("A path that is not there, or is nothing that has blobs, is an error")
  func unusablePaths() throws {
    let missing = folder.path.appending("missing")
    #expect(throws: ArchiveError.file(.system(.open, missing, .noSuchFileOrDirectory))) { try shelf("missing") }
    try folder.write(Array("text".utf8), to: "text")
    try folder.write([UInt8](repeating: 0, count: 10_240), to: "zeros")
    try folder.write([0x1F, 0x8B, 8] + [UInt8](repeating: 7, count: 2_000), to: "gzip")
    var writer = TarWriter()
    writer.member("a/layer.tar", content: [1])
    writer.end()
    try folder.write(writer.bytes, to: "other")
    for name in ["text", "zeros", "gzip", "other"] {
      let fault = ArchiveError.unreadable(
        folder.path.appending(name), name == "gzip" ? .compressed(.gzip) : .notAnArchive)
      #expect(throws: fault) { try shelf(name) }
      #expect(fault.failureClass == .usage)
    }
    #expect(throws: ArchiveError.unreadable("/dev/null", .notAFileToRead)) {
      var shelf = BlobShelf()
      try shelf.add("/dev/null")
    }
  }

  @Test("A file that was changed or replaced after it was looked into is not read")
  func changed() throws {
    let bytes = plan.bytes(image.contents)
    try folder.write(bytes, to: "x.tar")
    let layer = plan.blobs[1]
    let blob = try #require(try shelf("x.tar").blob(layer.digest, size: layer.size))
    #expect(try blob.open() != nil)
    try folder.write(bytes, to: "y.tar")
    try FileManager.default.removeItem(atPath: folder.path.appending("x.tar").string)
    #expect(try blob.open() == nil)
    try folder.write(bytes + [0], to: "x.tar")
    #expect(try blob.open() == nil)
  }
}
