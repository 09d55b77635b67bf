/// What this server does, as the page shows it.
public struct PageFeatures: Sendable, Hashable {
  /// The registries that archives are made from; nil where no archives are made.
  public var upstreams: [String]?
  /// Where archives go that are dropped into the page, for people; nil where none are taken.
  public var uploadTarget: String?
  /// Whether they are pushed on to a registry, which takes its time.
  public var pushesUploads = false
  /// Whether there are images on this server's disk.
  public var hasContents: Bool

  public init(upstreams: [String]? = nil, uploadTarget: String? = nil, hasContents: Bool = true) {
    (self.upstreams, self.uploadTarget, self.hasContents) = (upstreams, uploadTarget, hasContents)
  }
}
