import EngineClient
import ImageArchive
import ImageModel

/// Which layers of an archive an engine has already, by what it says of itself.
struct EngineLayers: Sendable {
  struct Held: Sendable {
    /// Those that need not be sent.
    let certain: Set<Digest>
    /// Those that a delta may lack: the engine has what is inside of them, or does not say what it has.
    let possible: Set<Digest>
  }

  private let inventory: EngineInventory
  private let images: [BaseImage]

  /// - Throws: ``BaseError`` where the engine's list of images cannot be read.
  init(_ inventory: EngineInventory, of engine: any Engine) throws(BaseError) {
    self.inventory = inventory
    images = try BaseList.engineImages(inventory.images, name: engine.place)
  }

  /// The images of an archive that the engine takes: of those for several platforms the one for its own.
  ///
  /// - Throws: `ArchiveError`.
  func taken(of archive: StoredArchive) throws -> [StoredImage] {
    var configs = StoredConfigs(archive)
    return try archive.groups.flatMap { group throws -> [StoredImage] in
      guard group.count > 1 else { return group }
      let entries = try group.enumerated().map { index, image in
        Descriptor(
          mediaType: .ociManifest, digest: .hash(Array("\(index)".utf8)), size: 0,
          platform: try configs.platform(of: image))
      }
      guard let chosen = Platform.choose(from: entries, wanted: inventory.platform ?? .host) else { return group }
      return zip(entries, group).filter { $0.0.digest == chosen.digest }.map(\.1)
    }
  }

  /// - Parameter images: those of the archive that count.
  /// - Throws: `ArchiveError`; ``BaseError``.
  func held(_ images: [StoredImage], of archive: StoredArchive) throws -> Held {
    let wanted = try BaseArchive.images(of: archive, images)
    let layered = wanted.map { LayerDigests($0.layers ?? [], $0.diffIDs) }
    let byChain = DeltaBase(images: self.images).delta(for: layered).delta?.absent ?? []
    switch inventory.store {
    case .chains, .chainsAndBlobs: return Held(certain: byChain, possible: byChain)
    case .blobs(let blobs):
      let held = DeltaBase(images: [], blobs: blobs).delta(for: layered).delta?.absent ?? []
      return Held(certain: held, possible: held)
    case .hiddenBlobs:
      // It knows an image by its manifest's digest, and then has its blobs.
      let digests = Set(self.images.map { String($0.name.split(separator: "@").last ?? "") })
      let known = images.filter { image in
        image.document.map { digests.contains("\($0.descriptor.digest)") } ?? false
      }
      let certain = Set(known.flatMap { $0.layers.compactMap(\.descriptor?.digest) })
      return Held(certain: certain, possible: byChain.union(certain))
    }
  }
}
