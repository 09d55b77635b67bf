import ImageModel

/// What an engine has.
public struct EngineInventory: Sendable {
  /// How the engine finds out which layers it has already.
  public enum Store: Sendable, Hashable {
    /// By diff id and the chain below: Docker's own store.
    case chains
    /// By diff id and the chain below, where it knows the stored blob as well: podman. It may want more than it seems.
    case chainsAndBlobs
    /// By the digest of the stored blob: containerd, and Docker on containerd's store where containerd itself answers.
    case blobs(Set<Digest>)
    /// By the digest of the stored blob, of which it does not tell: Docker on containerd's store. It tells of which
    /// manifests it has all blobs.
    case hiddenBlobs(complete: Set<Digest>)
  }

  public let store: Store
  /// A JSON object a line for each image, as `docker image inspect` has it.
  public let images: [UInt8]
  /// What images it takes of those that are for several platforms; nil where it does not say.
  public let platform: Platform?
  /// Whether it keeps every platform of an image, and the attestations that its index names: Docker on containerd's store.
  public let keepsAllPlatforms: Bool
  /// Whether it keeps signatures and the like that `index.json` names as such: Docker on containerd's store, since 29.1.
  public let keepsReferrers: Bool

  public init(
    store: Store, images: [UInt8], platform: Platform? = nil, keepsAllPlatforms: Bool = false,
    keepsReferrers: Bool = false
  ) {
    self.store = store
    self.images = images
    self.platform = platform
    self.keepsAllPlatforms = keepsAllPlatforms
    self.keepsReferrers = keepsReferrers
  }
}
