import ImageArchive
import ImageModel

/// An image on its way from one archive into another: its documents, and where its config and layers stand.
struct ConversionImage: Sendable {
  var names: [ImageReference]
  var document: ArchivedImage.Document
  var manifest: Manifest
  /// Whether it came without a manifest, so that nobody knows it by a digest.
  let isNew: Bool
  /// The index that named it; nil where the manifest has been written anew, since it would name another one.
  var relatedDocuments: [ArchivedImage.Document]
  let annotations: [String: String]
  let config: ContentOnDisk
  /// The base first.
  var layers: [ContentOnDisk]
  /// As the config has them.
  let diffIDs: [Digest]

  var archived: ArchivedImage {
    ArchivedImage(
      names: names, manifest: manifest, document: document, relatedDocuments: relatedDocuments,
      annotations: annotations)
  }

  /// Gives it other layers, and a manifest that names them.
  mutating func replace(_ layers: [ContentOnDisk]) {
    self.layers = layers
    document = document.replacing(layers: layers.map(\.descriptor), type: manifest.mediaType)
    manifest = Manifest(
      mediaType: manifest.mediaType, config: manifest.config, layers: layers.map(\.descriptor),
      artifactType: manifest.artifactType, subject: manifest.subject, annotations: manifest.annotations)
    relatedDocuments = []
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

  /// The same manifest with other layers. What is said of those that were replaced was about their old bytes.
  fileprivate func replacing(layers: [Descriptor], type: MediaType) -> Self {
    guard var tree = try? JSONTree(parsing: bytes), case .array(let old)? = tree["layers"] else { return self }
    let entries = zip(old, layers).map { entry, layer in
      entry["digest"]?.text == "\(layer.digest)" ? entry : .descriptor(layer)
    }
    tree["layers"] = .array(entries)
    return Self(tree, type: type)
  }

  private init(_ tree: JSONTree, type: MediaType) {
    let bytes = tree.bytes
    self.init(
      descriptor: Descriptor(mediaType: type, digest: .hash(bytes), size: Int64(bytes.count)), bytes: bytes)
  }
}

extension JSONTree {
  fileprivate static func number(_ number: Int64) -> JSONTree { .literal(Array("\(number)".utf8)) }

  fileprivate static func descriptor(_ descriptor: Descriptor) -> JSONTree {
    .object([
      .init("mediaType", .string(descriptor.mediaType.rawValue)), .init("digest", .string("\(descriptor.digest)")),
      .init("size", .number(descriptor.size)),
    ])
  }
}
