import FoundationEssentials
import ImageModel
import SystemPackage
import TarFormat
import TemporaryFolders
import Testing

@testable import ImageArchive

@Suite("T093: archives in other programs' eyes")
struct ArchiveReadersTests {
  /// What every program should list for a plan.
  private func expected(_ plan: ArchivePlan, _ image: ArchivedImage) -> [ArchiveReader.Member] {
    let files = ArchiveDocuments(images: [image])
    let algorithms = Set(plan.blobs.map(\.digest.algorithm)).union([.sha256])
    let blobs = [image.document.descriptor] + plan.blobs.map(\.descriptor)
    func file(_ name: String, _ size: Int64) -> ArchiveReader.Member {
      .init(name: name, size: size, mode: "-rw-r--r--")
    }
    func directory(_ name: String) -> ArchiveReader.Member { .init(name: name, size: 0, mode: "drwxr-xr-x") }
    return [
      file("oci-layout", Int64(ArchiveDocuments.layout.count)), file("index.json", Int64(files.index.count)),
      file("manifest.json", Int64(files.dockerManifest.count)), directory("blobs/"),
    ] + Digest.Algorithm.allCases.filter(algorithms.contains).map { directory("blobs/\($0)/") }
      + blobs.map { file(ArchiveDocuments.path(of: $0.digest), $0.size) }
  }

  @Test(
    "T093: every program lists and unpacks what is in the archive", arguments: ArchiveReader.allCases,
    Digest.Algorithm.allCases)
  func readBack(_ reader: ArchiveReader, _ algorithm: Digest.Algorithm) async throws {
    let folder = try TemporaryFolder()
    let unpacked = try TemporaryFolder()
    let image = try SampleImage(algorithm: algorithm)
    let plan = try ArchivePlan(images: [image.archived])
    try folder.write(plan.bytes(image.contents), to: "x.tar")
    let path = folder.path.appending("x.tar")
    #expect(try await reader.list(path) == expected(plan, image.archived))
    try await reader.extract(path, into: unpacked.path)
    let document = image.archived.document
    for (digest, content) in image.contents.merging(
      [document.descriptor.digest: document.bytes], uniquingKeysWith: { $1 })
    {
      #expect(try unpacked.read(ArchiveDocuments.path(of: digest)) == content)
    }
    #expect(try unpacked.read("index.json") == ArchiveDocuments(images: [image.archived]).index)
  }

  @Test("T070: a layer of 20 GiB, and what stands behind it, are read back", arguments: ArchiveReader.allCases)
  func hugeLayer(_ reader: ArchiveReader) async throws {
    let folder = try TemporaryFolder()
    let layers = [20 << 30, 100, TarHeader.largestPlainSize, TarHeader.largestPlainSize + 1].enumerated().map {
      Descriptor(mediaType: .ociLayerGzip, digest: .hash([UInt8($0.offset)]), size: $0.element)
    }
    let config = Descriptor(mediaType: .ociImageConfig, digest: .hash([9]), size: 2)
    let image = try SampleImage.archived(config: config, layers: layers)
    let plan = try ArchivePlan(images: [image])
    let path = folder.path.appending("x.tar")
    let file = try FileDescriptor.open(path, .readWrite, options: .create, permissions: .ownerReadWrite)
    defer { try? file.close() }
    // Blobs are holes.
    try file.resize(to: plan.size)
    for case .literal(let offset, let bytes) in plan.extents {
      _ = try bytes.withUnsafeBytes { try file.writeAll(toAbsoluteOffset: offset, $0) }
    }
    #expect(try await reader.list(path) == expected(plan, image))
  }
}
