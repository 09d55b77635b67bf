import ImageArchive
import ImageModel
import ImageStores
import SystemPackage
import Waiting

/// An image whose layers can be read one by one, wherever it stands: its config, its layers, and the store that has them.
package struct ReadableImage: Sendable {
  /// A layer, and where its bytes stand on a disk here.
  package struct Layer: Sendable {
    /// The digest of the blob, or the member that holds it where nothing says its digest.
    package let name: String
    /// Nil where there is only a `manifest.json`, which does not say.
    package let descriptor: Descriptor?
    /// A layer on a disk is read by the thread that decompresses it, with no other between them; and one of a
    /// `manifest.json` alone has no digest that a store could be asked for. Nil for a layer that the store does not hold, or
    /// that it is asked for.
    package let content: StoredContent?
    /// The digest of the plain bytes; nil where the config has none.
    package let diffID: Digest?

    /// The compressed bytes.
    package var size: Int64? { descriptor?.size ?? content?.size }

    func with(content: StoredContent) -> Layer {
      Layer(name: name, descriptor: descriptor, content: content, diffID: diffID)
    }

    /// What is equal where two layers hold the same: nil where nothing tells.
    package var identity: Digest? { diffID ?? descriptor?.digest }
  }

  /// As the user named it.
  package let name: String
  /// The digest of its manifest; nil where it has none.
  package let manifestDigest: Digest?
  package let config: ImageConfig
  /// The base first.
  package let layers: [Layer]
  let store: any SourceStore

  private init(_ image: ReadableImage, layers: [Layer]) {
    name = image.name
    manifestDigest = image.manifestDigest
    config = image.config
    self.layers = layers
    store = image.store
  }

  /// For what is wrong with it.
  var place: ImageContentError.Place { store.isAtHand ? .archive(name) : .registry(reference: name) }

  func with(layers: [Layer]) -> ReadableImage { ReadableImage(self, layers: layers) }

  /// Opens an archive, the first of its volumes or the folder of a layout, and chooses one of its images.
  ///
  /// - Throws: `ArchiveError`; ``ImageContentError``.
  package static func open(archive path: FilePath, choice: ImageChoice) async throws -> ReadableImage {
    try await Workers.current.run {
      let archive = try StoredArchive(opening: path)
      return try ReadableImage(archive.image(named: choice.name, platform: choice.platform), of: archive)
    }
  }

  /// - Throws: `ArchiveError` where the config cannot be read; ``ImageContentError``.
  package init(_ image: StoredImage, of archive: StoredArchive) throws {
    name = archive.path.string
    guard let config = try archive.config(of: image) else { throw ImageContentError.noConfig(archive: name) }
    self.config = config
    manifestDigest = image.document?.descriptor.digest
    let diffIDs = try Self.diffIDs(of: config, layers: image.layers.count, name: name)
    layers = zip(image.layers, diffIDs).map { layer, diffID in
      Layer(
        name: layer.descriptor.map { "\($0.digest)" } ?? layer.memberName, descriptor: layer.descriptor,
        content: layer.content, diffID: diffID)
    }
    store = ArchiveStore(archive)
  }

  /// An image whose layers the store is asked for as they are read.
  ///
  /// - Parameters:
  ///   - name: as the user named it.
  ///   - layers: the base first.
  /// - Throws: ``ImageContentError``.
  package init(
    name: String, manifestDigest: Digest, layers descriptors: [Descriptor], config: ImageConfig,
    in store: any SourceStore
  ) throws(ImageContentError) {
    self.name = name
    self.config = config
    self.manifestDigest = manifestDigest
    let diffIDs = try Self.diffIDs(of: config, layers: descriptors.count, name: name)
    layers = zip(descriptors, diffIDs).map { layer, diffID in
      Layer(name: "\(layer.digest)", descriptor: layer, content: nil, diffID: diffID)
    }
    self.store = store
  }

  /// One for each layer, nil where the config has none at all.
  private static func diffIDs(
    of config: ImageConfig, layers count: Int, name: String
  ) throws(ImageContentError) -> [Digest?] {
    guard !config.diffIDs.isEmpty else { return Array(repeating: nil, count: count) }
    guard config.diffIDs.count == count else {
      throw .layersDoNotMatchConfig(image: name, layers: count, diffIDs: config.diffIDs.count)
    }
    return config.diffIDs
  }
}
