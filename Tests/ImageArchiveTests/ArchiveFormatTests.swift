import ImageModel
import TemporaryFolders
import Testing

@testable import ImageArchive

@Suite("The forms of an archive")
struct ArchiveFormatTests {
  private let folder: TemporaryFolder
  private let image: SampleImage

  init() throws {
    folder = try TemporaryFolder()
    image = try SampleImage(layers: [700, 512])
  }

  private func write(_ form: ArchiveFormat, annotations: [String: String] = [:]) throws -> StoredArchive {
    let archived = ArchivedImage(
      names: image.archived.names, manifest: image.archived.manifest, document: image.archived.document,
      annotations: annotations)
    try folder.write(try ArchivePlan(images: [archived], form: form).bytes(image.contents), to: "x.tar")
    return try StoredArchive(opening: folder.path.appending("x.tar"))
  }

  @Test(
    "Each form is read back as what it is, with the image's name and every layer", arguments: ArchiveFormat.allCases)
  func readBack(_ form: ArchiveFormat) throws {
    let archive = try write(form)
    #expect(archive.form == form)
    let stored = try #require(archive.images.first)
    #expect(stored.names.map(\.familiarName) == ["nginx:1.21.4"])
    #expect(stored.isWhole)
    #expect(try stored.config?.bytes(limit: 1 << 20) == image.contents[image.archived.manifest.config.digest])
    #expect(
      try stored.layers.map { try $0.content?.bytes(limit: 1 << 20) }
        == image.archived.manifest.layers.map { image.contents[$0.digest] })
    #expect(stored.document?.bytes == (form.hasLayout ? image.archived.document.bytes : nil))
  }

  @Test("Docker's form has manifest.json, the config and the layers, and nothing else")
  func docker() async throws {
    _ = try write(.docker)
    let names = try await ArchiveReader.gnuTar.list(folder.path.appending("x.tar")).map(\.name)
    let manifest = image.archived.manifest
    #expect(
      names == ["manifest.json", "\(manifest.config.digest.hexadecimal).json"]
        + manifest.layers.map { "\($0.digest.hexadecimal).tar.gz" })
  }

  @Test("The form of a layout has no manifest.json")
  func layout() async throws {
    _ = try write(.oci)
    let names = try await ArchiveReader.gnuTar.list(folder.path.appending("x.tar")).map(\.name)
    #expect(names.starts(with: ["oci-layout", "index.json", "blobs/"]))
    #expect(!names.contains("manifest.json"))
  }

  @Test("Layers are named after what their media type says that they are")
  func endings() throws {
    let types: [MediaType] = [.ociLayer, .ociLayerZstd, .dockerLayerGzip]
    let layers = types.enumerated().map {
      Descriptor(mediaType: $0.element, digest: .hash([UInt8($0.offset)]), size: 1)
    }
    let config = Descriptor(mediaType: .ociImageConfig, digest: .hash([9]), size: 2)
    let names = ArchiveMemberNames(of: [try SampleImage.archived(config: config, layers: layers)], form: .docker)
    #expect(
      layers.map { names.name(of: $0.digest) }
        == zip(layers, [".tar", ".tar.zst", ".tar.gz"]).map { $0.digest.hexadecimal + $1 })
  }

  @Test("Annotations stand at the image's entry, beside its name")
  func annotations() throws {
    let archive = try write(.ociAndDocker, annotations: ["com.example.release": "42"])
    let entry = try #require(archive.images.first?.root?.descriptor)
    #expect(entry.annotations["com.example.release"] == "42")
    #expect(entry.annotations["org.opencontainers.image.ref.name"] == "1.21.4")
  }
}
