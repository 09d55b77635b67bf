import ImageArchive
import ImageLayers
import ImageModel
import NIOPosix
import SystemPackage

/// Takes the images of an archive for another one. Those of a `manifest.json` alone get the digests and the manifest that
/// they came without.
struct ConversionReader: Sendable {
  let archive: StoredArchive

  /// - Throws: ``ConversionError``; `ArchiveError`; `CancellationError`.
  func images() async throws -> [ConversionImage] {
    guard !archive.images.isEmpty else { throw ConversionError.noImage(archive.path) }
    var images: [ConversionImage] = []
    for image in archive.images { images.append(try await read(image)) }
    return images
  }

  private func read(_ image: StoredImage) async throws -> ConversionImage {
    guard let config = image.config else { throw missing(image.manifest?.config.digest.hexadecimal ?? "config") }
    let bytes = try config.bytes(limit: DocumentLimits.standard.configBytes)
    let fields: ImageConfig
    do { fields = try ImageConfig(parsing: bytes) } catch { throw ConversionError.config(archive.path, error) }
    let layers = try await contents(of: image.layers)
    guard layers.count == fields.diffIDs.count else {
      throw ConversionError.layersDoNotMatchConfig(
        archive.path, layers: layers.count, diffIDs: fields.diffIDs.count)
    }
    if let document = image.document, let manifest = image.manifest {
      let root = image.root.map { $0.descriptor.digest == document.descriptor.digest ? [] : [$0] } ?? []
      return ConversionImage(
        names: image.names, document: document, manifest: manifest, isNew: false, relatedDocuments: root,
        annotations: annotations(of: image),
        config: .init(
          descriptor: manifest.config, source: .stored(config), path: archive.path,
          name: "\(manifest.config.digest)"), layers: layers, diffIDs: fields.diffIDs)
    }
    // A plain layer's digest is what the config promises.
    for (layer, diffID) in zip(layers, fields.diffIDs)
    where layer.descriptor.mediaType == .ociLayer && layer.descriptor.digest != diffID {
      throw ConversionError.layerDiffers(
        archive.path, name: layer.name, expected: diffID, found: layer.descriptor.digest)
    }
    let descriptor = Descriptor(mediaType: .ociImageConfig, digest: .hash(bytes), size: Int64(bytes.count))
    let document = ArchivedImage.Document.manifest(config: descriptor, layers: layers.map(\.descriptor))
    return ConversionImage(
      names: image.names, document: document,
      manifest: Manifest(mediaType: .ociManifest, config: descriptor, layers: layers.map(\.descriptor)),
      isNew: true, relatedDocuments: [], annotations: [:],
      config: .init(descriptor: descriptor, source: .stored(config), path: archive.path, name: "config"),
      layers: layers, diffIDs: fields.diffIDs)
  }

  /// Annotations that hold a name. Names are written anew.
  private static let names: Set = ["io.containerd.image.name", "org.opencontainers.image.ref.name"]

  /// A tag alone, as layouts have it, names nothing in an engine, and is kept for those who look for it.
  private func annotations(of image: StoredImage) -> [String: String] {
    var annotations = (image.root?.descriptor.annotations ?? [:]).filter { !Self.names.contains($0.key) }
    if image.names.isEmpty { annotations["org.opencontainers.image.ref.name"] = image.unreadableNames.first }
    return annotations
  }

  private func missing(_ name: String) -> ArchiveError { .unreadable(archive.path, .missing(name: name)) }

  private func contents(of layers: [StoredLayer]) async throws -> [ContentOnDisk] {
    try await withThrowingTaskGroup(of: (Int, ContentOnDisk).self) { group in
      for (index, layer) in layers.enumerated() {
        guard let content = layer.content else { throw missing(layer.memberName) }
        group.addTask {
          let descriptor: Descriptor
          if let known = layer.descriptor { descriptor = known } else { descriptor = try await describe(content) }
          return (
            index,
            ContentOnDisk(
              descriptor: descriptor, source: .stored(content), path: archive.path, name: layer.memberName)
          )
        }
      }
      var contents: [Int: ContentOnDisk] = [:]
      for try await (index, content) in group { contents[index] = content }
      return layers.indices.compactMap { contents[$0] }
    }
  }

  /// The descriptor of a layer that none is known of: its compression by its first bytes, its digest by all of them.
  private func describe(_ content: StoredContent) async throws -> Descriptor {
    try await NIOThreadPool.singleton.runIfActive {
      guard let file = try content.open() else { throw ArchiveError.fileReplaced(archive.path) }
      var hasher = DigestHasher(.sha256)
      var compression = Compression.none
      var position: Int64 = 0
      var buffer = [UInt8](repeating: 0, count: 1 << 20)
      while position < content.size {
        try Task.checkCancellation()
        let wanted = Int(min(Int64(buffer.count), content.size - position))
        let count = try buffer.withUnsafeMutableBytes { bytes in
          let part = UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted])
          let count = try content.read(from: file, at: position, into: part)
          hasher.update(UnsafeRawBufferPointer(rebasing: part[..<count]))
          return count
        }
        guard count == wanted else { throw ArchiveError.unreadable(archive.path, .truncated) }
        if position == 0 { compression = Compression(detecting: buffer.prefix(min(count, Compression.markLength))) }
        position += Int64(count)
      }
      return Descriptor(mediaType: .layer(compression), digest: hasher.finalize(), size: content.size)
    }
  }
}
