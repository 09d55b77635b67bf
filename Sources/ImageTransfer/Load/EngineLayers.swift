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

  /// - Throws: `ArchiveError`; ``BaseError``.
  func held(by archive: StoredArchive) throws -> Held {
    let wanted = try BaseArchive.images(of: archive)
    let layered = wanted.map { LayerDigests($0.layers ?? [], $0.diffIDs) }
    let byChain = DeltaBase(images: images).delta(for: layered).delta?.absent ?? []
    switch inventory.store {
    case .chains, .chainsAndBlobs: return Held(certain: byChain, possible: byChain)
    case .blobs(let blobs):
      let held = DeltaBase(images: [], blobs: blobs).delta(for: layered).delta?.absent ?? []
      return Held(certain: held, possible: held)
    case .hiddenBlobs:
      // It knows an image by its manifest's digest, and then has its blobs.
      let digests = Set(images.map { String($0.name.split(separator: "@").last ?? "") })
      let known = archive.images.filter { image in
        image.document.map { digests.contains("\($0.descriptor.digest)") } ?? false
      }
      let certain = Set(known.flatMap { $0.layers.compactMap(\.descriptor?.digest) })
      return Held(certain: certain, possible: byChain.union(certain))
    }
  }
}
