import EngineClient
import ImageArchive
import ImageModel

/// What an engine is sent of an archive, and what it is sent where it does not take that.
struct LoadPlan: Sendable {
  let cargo: ArchiveCargo
  let whole: ArchiveCargo
  /// Nil where the archive goes as it is.
  private(set) var onlyPlatform: Platform?
  private(set) var leavesOutReferrers = false
  /// In the order of the archive.
  let images: [LoadedImage]

  /// Looks whether the engine has what the archive lacks, since some engines take a delta without its base and leave a
  /// broken image.
  ///
  /// - Throws: ``LoadError``; ``BaseError``; `ArchiveError`.
  init(of archive: StoredArchive, for inventory: EngineInventory, at place: String) throws {
    // In an archive of old nothing says what its layers are but the layers themselves.
    guard archive.images.allSatisfy({ $0.document != nil }) else {
      images = Self.images(of: archive, archive.images, in: inventory)
      cargo = ArchiveCargo(copyOf: try FileCargo(archive))
      whole = cargo
      return
    }
    let share = try EngineShare(of: archive, for: inventory)
    images = Self.images(of: archive, share.run, in: inventory)
    try Self.checkConfigs(of: share.run, in: archive)
    let layers = try EngineLayers(share, of: archive, in: inventory, at: place)
    try Self.checkLayers(of: share.run, in: archive, layers)
    if share.isOpen, !archive.isFolder {
      cargo = ArchiveCargo(copyOf: try FileCargo(archive))
      whole = cargo
      return
    }
    let missing = Self.missing(share, in: archive)
    let plan = { (absent: Set<Digest>) throws -> ArchiveCargo in
      let delta = absent.isEmpty ? nil : ArchiveDelta(absent: absent, bases: archive.delta?.bases ?? [])
      return try ArchiveCargo(plan: ArchivePlan(images: share.archived, delta: delta), of: archive)
    }
    cargo = try plan(layers.certain.union(missing))
    whole = share.isPart && !archive.isFolder ? ArchiveCargo(copyOf: try FileCargo(archive)) : try plan(missing)
    onlyPlatform = share.onlyPlatform
    leavesOutReferrers = share.leavesOutReferrers
  }

  /// - Parameter run: of each image the platform that the engine runs.
  private static func images(
    of archive: StoredArchive, _ run: [StoredImage], in inventory: EngineInventory
  ) -> [LoadedImage] {
    archive.groups.map { group in
      let root = group[0].root?.descriptor.digest
      let config = run.first { $0.root?.descriptor.digest == root }?.manifest?.config.digest
      return LoadedImage(
        names: group[0].names, otherNames: group[0].unreadableNames,
        digest: inventory.store.knowsByConfig ? config : root)
    }
  }

  private static func checkConfigs(of images: [StoredImage], in archive: StoredArchive) throws(LoadError) {
    for image in images where image.config == nil {
      guard let config = image.manifest?.config.digest else { continue }
      throw .blobMissing(config, path: archive.path.string)
    }
  }

  private static func checkLayers(
    of images: [StoredImage], in archive: StoredArchive, _ layers: EngineLayers
  ) throws(LoadError) {
    let absent = StoredArchive.absentBlobs(of: images).map(\.digest)
    let meant = archive.delta?.absent ?? []
    if let lost = absent.first(where: { !meant.contains($0) && !layers.certain.contains($0) }) {
      throw .blobMissing(lost, path: archive.path.string)
    }
    let lacking = absent.filter { !layers.possible.contains($0) }
    guard lacking.isEmpty else { throw .baseMissing(lacking, bases: archive.delta?.bases ?? []) }
  }

  /// What the archive does not hold of what is sent: of a delta, and of platforms that the engine does not run.
  private static func missing(_ share: EngineShare, in archive: StoredArchive) -> Set<Digest> {
    let blobs = share.archived.flatMap { $0.manifest.layers + $0.relatedBlobs }
    return Set(blobs.filter { archive.blob($0.digest, size: $0.size) == nil }.map(\.digest))
  }
}
