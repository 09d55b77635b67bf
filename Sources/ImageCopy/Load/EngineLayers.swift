import ArchiveTools
import EngineClient
import ImageArchive
import ImageModel

/// Which layers of an archive an engine has already, by what it says of itself.
struct EngineLayers: Sendable {
  /// Those that need not be sent.
  let certain: Set<Digest>
  /// Those that a delta may lack: the engine has what is inside of them, or does not say what it has.
  let possible: Set<Digest>

  /// - Throws: `ArchiveError`; ``BaseError`` where the engine's list of images cannot be read.
  init(_ share: EngineShare, of archive: StoredArchive, in inventory: EngineInventory, at place: String) throws {
    switch inventory.store {
    case .chains, .chainsAndBlobs:
      certain = try Self.chained(share.sent, of: archive, inventory, place)
      possible = certain
    case .blobs(let blobs):
      certain = Self.layers(of: share.sent).intersection(blobs)
      possible = certain
    case .hiddenBlobs(let complete):
      // It knows an image by its manifest's digest, and then has its blobs.
      certain = Self.layers(
        of: share.sent.filter { $0.document.map { complete.contains($0.descriptor.digest) } ?? false })
      possible = certain.union(try Self.chained(share.run, of: archive, inventory, place))
    }
  }

  private static func layers(of images: [StoredImage]) -> Set<Digest> {
    Set(images.flatMap { $0.layers.compactMap(\.descriptor?.digest) })
  }

  /// Those that the engine knows by diff id and the chain below.
  private static func chained(
    _ images: [StoredImage], of archive: StoredArchive, _ inventory: EngineInventory, _ place: String
  ) throws -> Set<Digest> {
    let wanted = try BaseArchive.images(of: archive, images)
    let base = DeltaBase(images: try BaseList.engineImages(inventory.images, name: place))
    return base.delta(for: wanted.map { LayerDigests($0.layers ?? [], $0.diffIDs) }).delta?.absent ?? []
  }
}
