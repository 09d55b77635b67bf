import ImageModel

/// What is copied, and where to.
public struct SyncEntry: Sendable, Hashable {
  public enum Source: Sendable, Hashable {
    /// Without tag and digest: ``SyncEntry/tags`` has these.
    case repository(ImageReference)
    /// The repositories of a registry that a rule means.
    case registry(RegistryName, TagRule)
  }

  public enum Target: Sendable, Hashable {
    /// Without tag and digest.
    case repository(ImageReference)
    /// A registry, or a path in it, below which repositories keep their names.
    case registry(RegistryName, path: String)
  }

  public let source: Source
  public var tags: TagChoice
  /// Nil where the file does not say, as skopeo's.
  public var target: Target?
  /// Empty for all that an image has.
  public var platforms: [Platform] = []
  /// Whether signatures and the rest of what refers to an image come along; nil where the file does not say.
  public var bringsReferrers: Bool?
  /// File and line.
  public let place: Provenance

  init(source: Source, tags: TagChoice, target: Target? = nil, place: Provenance) {
    self.source = source
    self.tags = tags
    self.target = target
    self.place = place
  }
}
