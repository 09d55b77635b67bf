/// What this server does, as the page shows it.
public struct PageFeatures: Sendable, Hashable {
  /// Whether there is anything that archives are made of: registries, or images of this server's.
  public var givesArchives: Bool
  /// The registries that archives are made from.
  public var upstreams: [String]
  /// Where archives go that are dropped into the page, for people; nil where none are taken.
  public var uploadTarget: String?
  /// Whether they are pushed on to a registry, which takes its time.
  public var pushesUploads = false
  /// Whether there are images on this server's disk.
  public var hasContents: Bool

  public init(
    givesArchives: Bool = true, upstreams: [String] = [], uploadTarget: String? = nil, hasContents: Bool = true
  ) {
    (self.givesArchives, self.upstreams) = (givesArchives, upstreams)
    (self.uploadTarget, self.hasContents) = (uploadTarget, hasContents)
  }
}
