import ImageArchive
import ImageModel

/// An image on its way from one archive into another: its documents, and where its contents stand.
struct ConversionImage: Sendable {
  /// The image for one platform, whose documents are those of the same place in ``parts``.
  struct Platform: Sendable {
    let config: ContentOnDisk
    /// The base first.
    var layers: [ContentOnDisk]
    /// As the config has them.
    let diffIDs: [Digest]
  }

  var parts: ImageParts
  var platforms: [Platform]
  /// What signatures, attestations and the like consist of.
  var contents: [ContentOnDisk] = []
  /// Whether it came without a manifest, so that nobody knows it by a digest.
  let isNew: Bool

  /// All that goes into an archive.
  var allContents: [ContentOnDisk] { platforms.flatMap { [$0.config] + $0.layers } + contents }

  /// Leaves out what has no place in an archive that is no layout: other platforms, and what came along.
  ///
  /// - Returns: what is left out.
  mutating func reduceToOnePlatform() -> [LeftOutContent] {
    var leftOut = parts.platforms.dropFirst().map {
      LeftOutContent($0.document.descriptor, platform: $0.document.descriptor.platform, .form)
    }
    leftOut += parts.attachments.filter { !$0.blobs.isEmpty }.map { LeftOutContent($0.document.descriptor, .form) }
    leftOut += parts.referrers.map { LeftOutContent($0.referrer, .form) }
    parts.platforms = Array(parts.platforms.prefix(1))
    platforms = Array(platforms.prefix(1))
    parts.attachments = []
    parts.referrers = []
    parts.subjects = []
    return leftOut
  }
}

extension ArchivedImage.Document {
  /// A manifest for an image that came without one.
  static func manifest(config: Descriptor, layers: [Descriptor]) -> Self {
    let tree = JSONTree.object([
      .init("schemaVersion", .number(2)), .init("mediaType", .string(MediaType.ociManifest.rawValue)),
      .init("config", .descriptor(config)), .init("layers", .array(layers.map { .descriptor($0) })),
    ])
    return Self(tree, type: .ociManifest)
  }

  init(_ tree: JSONTree, type: MediaType) {
    let bytes = tree.bytes
    self.init(
      descriptor: Descriptor(mediaType: type, digest: .hash(bytes), size: Int64(bytes.count)), bytes: bytes)
  }
}

extension JSONTree {
  static func number(_ number: Int64) -> JSONTree { .literal(Array("\(number)".utf8)) }

  static func descriptor(_ descriptor: Descriptor) -> JSONTree {
    .object([
      .init("mediaType", .string(descriptor.mediaType.rawValue)), .init("digest", .string("\(descriptor.digest)")),
      .init("size", .number(descriptor.size)),
    ])
  }
}
