import FoundationEssentials
import ImageArchive
import ImageStores
import ScriptedServer
import SystemPackage

/// An OCI layout in a folder of its own, which is gone afterwards.
struct LayoutFolder: Sendable {
  let path: String

  static func run(_ body: (LayoutFolder) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "dray-layout-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appending(path: "blobs/sha256"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(LayoutFolder(path: folder.path))
  }

  func write(_ blob: ImageFixture.Blob) throws {
    try write(blob.bytes, to: "blobs/sha256/\(blob.digest.dropFirst("sha256:".count))")
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(filePath: path).appending(path: name))
  }

  func remove(_ blob: ImageFixture.Blob) throws {
    try FileManager.default.removeItem(
      at: URL(filePath: path).appending(path: "blobs/sha256/\(blob.digest.dropFirst("sha256:".count))"))
  }

  /// Writes the documents that name the images, and all that is in these.
  ///
  /// - Parameter annotations: of each entry of `index.json`, beside its name.
  func write(
    _ images: [(root: ImageFixture.Blob, name: String)], contents: [ImageFixture], annotations: String = ""
  ) throws {
    for image in contents {
      for blob in image.blobs + [image.manifest] { try write(blob) }
    }
    let entries = try images.map { image in
      try write(image.root)
      return """
        {"mediaType":"\(image.root.mediaType)","digest":"\(image.root.digest)","size":\(image.root.size),"annotations":\
        {"io.containerd.image.name":"\(image.name)"\(annotations)}}
        """
    }
    try write(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), to: "oci-layout")
    try write(
      Array(#"{"schemaVersion":2,"manifests":[\#(entries.joined(separator: ","))]}"#.utf8), to: "index.json")
  }

  func store() throws -> ArchiveStore { ArchiveStore(try StoredArchive(opening: FilePath(path))) }
}

extension ImageFixture {
  /// An index of images.
  static func index(_ images: [ImageFixture]) -> Blob {
    let entries = images.enumerated().map { number, image in
      let architecture = number == 0 ? "amd64" : "arm64"
      return image.manifest.descriptor.dropLast()
        + #","platform":{"os":"linux","architecture":"\#(architecture)"}}"#
    }
    let text = #"{"schemaVersion":2,"mediaType":"\#(indexType)","manifests":[\#(entries.joined(separator: ","))]}"#
    return Blob(mediaType: indexType, bytes: Array(text.utf8))
  }
}
