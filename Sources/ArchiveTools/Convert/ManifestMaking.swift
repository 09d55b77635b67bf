import FileAccess
import ImageArchive
import ImageLayers
import ImageModel
import NIOCore
import Waiting

/// Gives the images of an archive that has a `manifest.json` alone (`docker save` before Docker 25, `--format docker`)
/// manifests, with config and layers byte for byte as they stand in the archive. So they are read as all others are. One
/// archive always gets the same digests.
package struct ManifestMaking: Sendable {
  package let archive: StoredArchive
  private let type: MediaType

  /// - Parameter type: of the manifests: `dockerManifest`, Docker's schema 2, as registries want it; or `ociManifest`.
  package init(_ archive: StoredArchive, type: MediaType = .dockerManifest) {
    self.archive = archive
    self.type = type
  }

  /// Whether there is something to make.
  package var isNeeded: Bool { archive.images.contains { $0.document == nil } }

  /// Reads every layer once, to know its digest.
  ///
  /// - Returns: the archive with the manifests; as it is where it has all.
  /// - Throws: ``ConversionError``; `ArchiveError`; `CancellationError`.
  package func run() async throws -> StoredArchive {
    guard isNeeded else { return archive }
    let configs = try await CancellationFlag.run { cancelled in
      var configs = ConversionConfigs(archive)
      return try archive.images.map { image in
        try cancelled.check()
        let config = try configs.config(of: image)
        if let lost = image.layers.first(where: { $0.content == nil }) { throw archive.missing(lost.memberName) }
        return config
      }
    }
    // The longest first: the last one to end is then a short one.
    let contents = Set(archive.images.flatMap { $0.layers.compactMap(\.content) })
      .sorted { ($0.size, $0.offset) > ($1.size, $1.offset) }
    let described = try await inParallel(contents, width: System.coreCount) { try await describe($0) }
    let layers = Dictionary(uniqueKeysWithValues: zip(contents, described))
    return archive.with(try zip(archive.images, configs).map { try manifest(of: $0, $1, layers) })
  }

  private func manifest(
    of image: StoredImage, _ config: StoredConfigs.Config, _ described: [StoredContent: Descriptor]
  ) throws(ConversionError) -> MadeManifest {
    let isDocker = type == .dockerManifest
    var contents: [Digest: StoredContent] = [:]
    var layers: [Descriptor] = []
    for (layer, diffID) in zip(image.layers, config.content.diffIDs) {
      guard let content = layer.content, let descriptor = described[content] else { continue }
      // A plain layer's digest is what the config promises.
      guard descriptor.mediaType != .ociLayer || descriptor.digest == diffID else {
        throw .layerDiffers(archive.path, name: layer.memberName, expected: diffID, found: descriptor.digest)
      }
      contents[descriptor.digest] = content
      layers.append(
        Descriptor(
          mediaType: isDocker ? descriptor.mediaType.inDockerFormat : descriptor.mediaType, digest: descriptor.digest,
          size: descriptor.size))
    }
    if let content = image.config { contents[config.digest] = content }
    let manifest = Manifest(
      mediaType: type,
      config: Descriptor(
        mediaType: isDocker ? .dockerImageConfig : .ociImageConfig, digest: config.digest,
        size: image.config?.size ?? 0), layers: layers)
    let tree = JSONTree.object([
      .init("schemaVersion", .number(2)), .init("mediaType", .string(type.rawValue)),
      .init("config", .descriptor(manifest.config)), .init("layers", .array(layers.map { .descriptor($0) })),
    ])
    return MadeManifest(document: ImageDocument(tree, type: type), manifest: manifest, contents: contents)
  }

  /// The descriptor of a layer that none is known of: its compression by its first bytes, its digest by all of them.
  private func describe(_ content: StoredContent) async throws -> Descriptor {
    try await CancellationFlag.run { cancelled in
      guard let file = try content.open() else { throw FileError.fileReplaced(archive.path) }
      var hasher = DigestHasher(.sha256)
      var compression = Compression.none
      let isWhole = try hasher.update(0..<content.size) { buffer, position in
        try cancelled.check()
        let count = try content.read(from: file, at: position, into: buffer)
        if position == 0 {
          compression = Compression(
            detecting: UnsafeRawBufferPointer(buffer).prefix(min(count, Compression.markLength)))
        }
        return count
      }
      guard isWhole else { throw ArchiveError.unreadable(archive.path, .truncated) }
      return Descriptor(mediaType: .layer(compression), digest: hasher.finalize(), size: content.size)
    }
  }
}

extension MediaType {
  /// Docker's type for a layer in the same compression.
  fileprivate var inDockerFormat: MediaType {
    switch self {
    case .ociLayerGzip: .dockerLayerGzip
    case .ociLayerZstd: .dockerLayerZstd
    default: .dockerLayer
    }
  }
}
