import ImageArchive
import ImageModel

/// Gives the images of an archive that has a `manifest.json` alone (`docker save` before Docker 25, `--format docker`) the
/// manifests that registries want: Docker's schema 2, with config and layers byte for byte as they stand in the archive.
/// One archive always gets the same digests.
package struct ManifestMaking: Sendable {
  package let archive: StoredArchive

  package init(_ archive: StoredArchive) {
    self.archive = archive
  }

  /// Whether there is something to make.
  package var isNeeded: Bool { archive.images.contains { $0.document == nil } }

  /// Reads every layer once, to know its digest.
  ///
  /// - Returns: the archive with the manifests; as it is where it has all.
  /// - Throws: ``ConversionError``; `ArchiveError`; `CancellationError`.
  package func run() async throws -> StoredArchive {
    guard isNeeded else { return archive }
    let images = try await ConversionReader(archive: archive).read().images
    return archive.with(images.compactMap(Self.manifest))
  }

  private static func manifest(_ image: ConversionImage) -> MadeManifest? {
    guard let platform = image.platforms.first else { return nil }
    let config = platform.config.descriptor.with(.dockerImageConfig)
    let layers = platform.layers.map { $0.descriptor.with($0.descriptor.mediaType.inDockerFormat) }
    let tree = JSONTree.object([
      .init("schemaVersion", .number(2)), .init("mediaType", .string(MediaType.dockerManifest.rawValue)),
      .init("config", .descriptor(config)), .init("layers", .array(layers.map { .descriptor($0) })),
    ])
    var contents: [Digest: StoredContent] = [:]
    for content in [platform.config] + platform.layers {
      if case .stored(let stored) = content.source { contents[content.descriptor.digest] = stored }
    }
    return MadeManifest(
      document: ArchivedImage.Document(tree, type: .dockerManifest),
      manifest: Manifest(mediaType: .dockerManifest, config: config, layers: layers), contents: contents)
  }
}

extension Descriptor {
  fileprivate func with(_ mediaType: MediaType) -> Descriptor {
    Descriptor(mediaType: mediaType, digest: digest, size: size)
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
