import EngineClient
import ImageArchive
import ImageModel

/// What an engine keeps of an archive's images, and so is sent. All that is known of engines and platforms stands here.
///
/// Docker's own store, podman and containerd's command keep of an image the platform that they run, under the digest of
/// its index where there is one; of signatures and attestations they keep nothing. Docker on containerd's store keeps all
/// platforms, and the attestations that an index names; since version 29.1 also manifests that refer to what it keeps, one
/// to another. So the index always goes along: loaders take it whatever it lists.
struct EngineShare: Sendable {
  /// As they are sent.
  private(set) var archived: [ArchivedImage] = []
  /// The images that are sent, one for each platform.
  private(set) var sent: [StoredImage] = []
  /// Those that the engine runs: nothing of them may be missing.
  private(set) var run: [StoredImage] = []
  /// The platform of which alone images are sent where the archive has others; nil where none is left out.
  private(set) var onlyPlatform: Platform?
  /// Which signatures, attestations and the like stay behind.
  private(set) var leftOutReferrers = LeftOutReferrers.none
  /// Which file of what is sent lists those that go along.
  let referrerPlace: ReferrerPlace
  /// Whether it shows only once the engine has the archive which images it takes.
  private(set) var isOpen: Bool

  /// - Parameter names: what images are called instead of by the names that they have; nil for those.
  /// - Throws: `ArchiveError` where the config of an image cannot be read; `ImageNamingError`.
  init(of archive: StoredArchive, for inventory: EngineInventory, names: LoadedNames? = nil) throws {
    isOpen = inventory.store.namesWhatIsNoImage && archive.hasNamedArtifacts
    referrerPlace = inventory.keepsReferrers ? .index : .ownList
    var configs = StoredConfigs(archive)
    var (kept, left) = (0, 0)
    for image in archive.storedParts {
      let own = try Self.own(of: image, inventory, &configs)
      isOpen = isOpen || own == nil && !inventory.keepsAllPlatforms
      let run = own.map { [$0] } ?? Array(image.images.indices)
      let platforms = inventory.keepsAllPlatforms ? Array(image.images.indices) : run
      var parts = image.parts
      if platforms.count < image.images.count {
        parts.platforms = platforms.map { image.parts.platforms[$0] }
        onlyPlatform = try configs.platform(of: image.images[platforms[0]]) ?? onlyPlatform
      }
      if own != nil, !inventory.keepsAllPlatforms {
        left += parts.attachments.count
        parts.attachments = []
      }
      if inventory.keepsReferrers { parts.keepReferrersOfDocuments() } else { parts.referrers = [] }
      kept += parts.referrers.count
      left += image.parts.referrers.count - parts.referrers.count
      parts.subjects = []
      if let names { try parts.rename(by: names) }
      archived += parts.archived.map { [$0] } ?? []
      sent += platforms.map { image.images[$0] }
      self.run += run.map { image.images[$0] }
    }
    leftOutReferrers = left == 0 ? .none : kept == 0 ? .all : .some
  }

  /// Whether less is sent than there is, whatever layers the engine has.
  var isPart: Bool { onlyPlatform != nil || leftOutReferrers != .none }

  /// Which of an image's platforms the engine runs; nil where it must find that out itself.
  private static func own(
    of image: StoredParts, _ inventory: EngineInventory, _ configs: inout StoredConfigs
  ) throws -> Int? {
    guard image.images.count > 1 else { return 0 }
    var platforms: [Platform?] = []
    for image in image.images { platforms.append(try configs.platform(of: image)) }
    let fitting = (inventory.platform ?? .host).best(among: platforms)
    let described = image.described.count == 1 ? image.described[0] : nil
    switch inventory.store {
    // It reads `manifest.json`, where there is one.
    case .chains: return image.described.isEmpty ? fitting : described
    // It reads `manifest.json` where the index has nothing for it.
    case .chainsAndBlobs: return fitting ?? described
    case .blobs, .hiddenBlobs: return fitting
    }
  }
}

extension ImageParts {
  /// Leaves of what refers to the image the manifests that are about its documents, or about such a manifest.
  fileprivate mutating func keepReferrersOfDocuments() {
    referrers = referrers.filter { $0.referrer.document.descriptor.mediaType.isImageManifest }.about(documentDigests)
  }
}

extension EngineInventory.Store {
  /// Whether what an archive names becomes an image whatever it is.
  fileprivate var namesWhatIsNoImage: Bool {
    switch self {
    case .chains, .chainsAndBlobs: false
    case .blobs, .hiddenBlobs: true
    }
  }

  /// Whether an image's identifier is the digest of its config.
  var knowsByConfig: Bool { !namesWhatIsNoImage }
}
