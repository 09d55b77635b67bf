import FileAccess
import ImageArchive
import ImageLayers
import ImageModel
import NIOCore
import SystemPackage
import Waiting

/// Takes the images of an archive for another one, with all that belongs to them. Those of a `manifest.json` alone get the
/// digests and the manifest that they came without.
struct ConversionReader: Sendable {
  struct Found: Sendable {
    var images: [ConversionImage] = []
    var leftOut: [LeftOutContent] = []
  }

  let archive: StoredArchive

  /// - Throws: ``ConversionError``; `ArchiveError`; `CancellationError`.
  func read() async throws -> Found {
    let stored = archive.storedParts
    guard !stored.isEmpty else { return Found(images: try await dockerImages()) }
    var found = Found()
    var configs: [StoredContent: Config] = [:]
    for image in stored {
      var platforms: [ConversionImage.Platform] = []
      for stored in image.images { platforms.append(try await platform(stored, &configs)) }
      var converted = ConversionImage(parts: image.parts, platforms: platforms, isNew: false)
      found.leftOut += complete(&converted)
      found.images.append(converted)
    }
    let taken = found.images.flatMap { $0.parts.attachments.map(\.document.descriptor.digest) }
    let known = Set(taken + found.leftOut.map(\.digest))
    found.leftOut += archive.artifacts.filter { !known.contains($0.descriptor.digest) }
      .map { LeftOutContent($0.descriptor, .noImage) }
    return found
  }

  /// A config, read once however many images have it.
  private struct Config: Sendable {
    let digest: Digest
    let size: Int64
    let diffIDs: [Digest]
  }

  private func read(_ image: StoredImage, _ configs: inout [StoredContent: Config]) async throws -> (
    content: StoredContent, config: Config
  ) {
    guard let content = image.config else { throw missing(image.configName) }
    let config: Config
    if let known = configs[content] {
      config = known
    } else {
      config = try await CancellationFlag.run { _ in
        let bytes = try content.bytes(limit: DocumentLimits.standard.configBytes)
        do {
          let diffIDs = try ImageConfig(parsing: bytes).diffIDs
          return Config(digest: .hash(bytes), size: Int64(bytes.count), diffIDs: diffIDs)
        } catch let error as ImageConfigError { throw ConversionError.config(archive.path, error) }
      }
      configs[content] = config
    }
    guard image.layers.count == config.diffIDs.count else {
      throw ConversionError.layersDoNotMatchConfig(
        archive.path, layers: image.layers.count, diffIDs: config.diffIDs.count)
    }
    return (content, config)
  }

  private func platform(
    _ image: StoredImage, _ configs: inout [StoredContent: Config]
  ) async throws -> ConversionImage.Platform {
    let (content, config) = try await read(image, &configs)
    guard let manifest = image.manifest else { throw missing(image.configName) }
    var layers: [ContentOnDisk] = []
    for layer in image.layers {
      guard let content = layer.content, let descriptor = layer.descriptor else { throw missing(layer.memberName) }
      layers.append(self.content(content, descriptor, layer.memberName))
    }
    return .init(
      config: self.content(content, manifest.config, "\(manifest.config.digest)"), layers: layers,
      diffIDs: config.diffIDs)
  }

  /// Finds the contents of what came along with an image, and leaves out what is not all there.
  ///
  /// - Returns: what is left out.
  private func complete(_ image: inout ConversionImage) -> [LeftOutContent] {
    var leftOut: [LeftOutContent] = []
    let take = { (blobs: [Descriptor]) -> [ContentOnDisk]? in
      let found = blobs.compactMap { blob in
        archive.blob(blob.digest, size: blob.size).map { content($0.content, blob, "\(blob.digest)") }
      }
      return found.count == blobs.count ? found : nil
    }
    var contents: [ContentOnDisk] = []
    image.parts.attachments.removeAll { attachment in
      guard let found = take(attachment.blobs) else {
        leftOut.append(LeftOutContent(attachment.document.descriptor, .incomplete))
        return true
      }
      contents += found
      return false
    }
    image.parts.referrers.removeAll { referrer in
      guard let found = take(referrer.blobs) else {
        leftOut.append(LeftOutContent(referrer.referrer, .incomplete))
        return true
      }
      contents += found
      return false
    }
    image.contents = contents
    return leftOut
  }

  private func content(_ content: StoredContent, _ descriptor: Descriptor, _ name: String) -> ContentOnDisk {
    ContentOnDisk(descriptor: descriptor, source: .stored(content), path: archive.path, name: name)
  }

  private func missing(_ name: String) -> ArchiveError { .unreadable(archive.path, .missing(name: name)) }
}

/// Images that only a `manifest.json` names.
extension ConversionReader {
  private func dockerImages() async throws -> [ConversionImage] {
    var configs: [StoredContent: Config] = [:]
    var layers: [StoredContent: String] = [:]
    for image in archive.images {
      _ = try await read(image, &configs)
      for layer in image.layers {
        guard let content = layer.content else { throw missing(layer.memberName) }
        layers[content] = layer.memberName
      }
    }
    // The longest first: the last one to end is then a short one.
    let contents = layers.keys.sorted { ($0.size, $0.offset) > ($1.size, $1.offset) }
    let described = try await inParallel(contents, width: System.coreCount) { try await describe($0) }
    let descriptors = Dictionary(uniqueKeysWithValues: zip(contents, described))
    var images: [ConversionImage] = []
    for image in archive.images { images.append(try await dockerImage(image, descriptors, &configs)) }
    return images
  }

  private func dockerImage(
    _ image: StoredImage, _ descriptors: [StoredContent: Descriptor], _ configs: inout [StoredContent: Config]
  ) async throws -> ConversionImage {
    let (content, fields) = try await read(image, &configs)
    let layers = image.layers.compactMap { layer in
      layer.content.flatMap { content in
        descriptors[content].map { self.content(content, $0, layer.memberName) }
      }
    }
    // A plain layer's digest is what the config promises.
    for (layer, diffID) in zip(layers, fields.diffIDs)
    where layer.descriptor.mediaType == .ociLayer && layer.descriptor.digest != diffID {
      throw ConversionError.layerDiffers(
        archive.path, name: layer.name, expected: diffID, found: layer.descriptor.digest)
    }
    let config = Descriptor(mediaType: .ociImageConfig, digest: fields.digest, size: fields.size)
    let manifest = Manifest(mediaType: .ociManifest, config: config, layers: layers.map(\.descriptor))
    let document = ArchivedImage.Document.manifest(config: config, layers: manifest.layers)
    return ConversionImage(
      parts: ImageParts(
        names: image.names, annotations: [:], index: nil, platforms: [.init(document: document, manifest: manifest)]),
      platforms: [
        .init(config: self.content(content, config, image.configName), layers: layers, diffIDs: fields.diffIDs)
      ],
      isNew: true)
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
