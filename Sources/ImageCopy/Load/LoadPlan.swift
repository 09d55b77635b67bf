import EngineClient
import ImageArchive
import ImageModel

/// What an engine is sent of an archive, and what it is sent where it does not take that.
struct LoadPlan: Sendable {
  let cargo: ArchiveCargo
  let whole: ArchiveCargo
  /// Nil where the archive goes as it is.
  private(set) var onlyPlatform: Platform?
  private(set) var leftOutReferrers = LeftOutReferrers.none
  /// In the order of the archive.
  let images: [LoadedImage]

  /// Looks whether the engine has what the archive lacks, since some engines take a delta without its base and leave a
  /// broken image.
  ///
  /// - Parameter names: what images are called instead of by the names that they have; nil for those.
  /// - Throws: ``LoadError``; ``BaseError``; `ImageNamingError`; `ArchiveError`.
  init(
    of archive: StoredArchive, for inventory: EngineInventory, at place: String, _ kind: EngineKind,
    names: LoadedNames? = nil
  ) throws {
    // An archive in the format of docker save before 25 has no digests of its layers.
    guard archive.images.allSatisfy({ $0.document != nil }) else {
      let images = try Self.images(of: archive, archive.images, in: inventory)
      let tags = archive.dockerEntries.flatMap(\.repoTags)
      self.images = kind == .podman ? images.map { $0.namedByPodman(tags) } : images
      cargo = try ArchiveCargo(copyOf: archive)
      whole = cargo
      return
    }
    let share = try EngineShare(of: archive, for: inventory, names: names)
    images = try Self.images(of: archive, share.run, in: inventory, names: names)
    try Self.checkConfigs(of: share.run, in: archive)
    let layers = try EngineLayers(share, of: archive, in: inventory, at: place)
    try Self.checkLayers(of: share.run, in: archive, layers)
    // Only a file that keeps its names can go as it is.
    let mayGoAsItIs = !archive.isFolder && names == nil
    if share.isOpen, mayGoAsItIs {
      cargo = try ArchiveCargo(copyOf: archive)
      whole = cargo
      return
    }
    let missing = Self.missing(share, in: archive)
    let plan = { (absent: Set<Digest>) throws -> ArchiveCargo in
      let delta = absent.isEmpty ? nil : ArchiveDelta(absent: absent, bases: archive.delta?.bases ?? [])
      let plan = try ArchivePlan(images: share.archived, delta: delta, referrerPlace: share.referrerPlace)
      return try ArchiveCargo(plan: plan, of: archive)
    }
    cargo = try plan(share.takesDelta(inventory.store) ? layers.certain.union(missing) : missing)
    whole = share.isPart && mayGoAsItIs ? try ArchiveCargo(copyOf: archive) : try plan(missing)
    onlyPlatform = share.onlyPlatform
    leftOutReferrers = share.leftOutReferrers
  }

  /// - Parameter run: of each image the platform that the engine runs.
  private static func images(
    of archive: StoredArchive, _ run: [StoredImage], in inventory: EngineInventory, names given: LoadedNames? = nil
  ) throws(ImageNamingError) -> [LoadedImage] {
    var named: [(name: ImageReference, image: Digest?, former: String)] = []
    var images: [LoadedImage] = []
    for group in archive.groups {
      let root = group[0].root?.descriptor.digest
      let config = run.first { $0.root?.descriptor.digest == root }?.manifest?.config.digest
      // Docker's own store keeps no digest of a registry's, and so no name that has one alone.
      var names = inventory.store == .chains ? group[0].names.filter { $0.tag != nil } : group[0].names
      if let given {
        names = try given.names(of: group[0].names, digest: root)
        named += names.map { ($0, root, group[0].label) }
      }
      images.append(
        LoadedImage(
          names: names, otherNames: given == nil ? group[0].unreadableNames : [],
          digest: inventory.store.knowsByConfig ? config : root))
    }
    try ImageNaming.checkNames(named)
    return images
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

extension EngineShare {
  /// Whether layers that the engine has may be left out. podman takes one name of one image from an `index.json`; of more it
  /// reads the `manifest.json`, whose layers must all be there.
  fileprivate func takesDelta(_ store: EngineInventory.Store) -> Bool {
    store != .chainsAndBlobs || archived.count == 1 && archived[0].names.count < 2
  }
}

extension LoadedImage {
  /// As podman names it by the tags of a `manifest.json`: a name without a registry is one of this machine.
  fileprivate func namedByPodman(_ tags: [String]) -> LoadedImage {
    LoadedImage(
      names: names.map { name in
        guard name.registry.isDockerHub,
          let tag = tags.first(where: { (try? ImageReference(parsing: $0)) == name }),
          // The names of Docker Hub have dots.
          !tag.contains("/") || !tag.prefix(while: { $0 != "/" }).contains(".")
        else { return name }
        return (try? ImageReference(parsing: "localhost/\(tag)")) ?? name
      }, otherNames: otherNames, digest: digest)
  }
}
