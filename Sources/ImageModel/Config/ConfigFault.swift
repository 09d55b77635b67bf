/// What an engine does not take of an image's config.
public struct ConfigFault: Sendable, Hashable {
  /// Who refuses to load the image.
  public enum Loader: String, Sendable, Hashable, CaseIterable {
    case docker, podman
  }

  public enum Reason: Sendable, Hashable {
    /// There is no `rootfs`.
    case noRootFileSystem
    /// `rootfs` lists no layers, and the image has some.
    case noDiffIDs
    /// `rootfs` lists another number of layers than the image has.
    case otherLayerCount(layers: Int, diffIDs: Int)
    /// `history` has more steps that made a layer than `rootfs` has layers.
    case historyTooLong(steps: Int, layers: Int)
    /// More layers than Docker lays upon one another.
    case tooManyLayers(count: Int, limit: Int)
    /// A field that is to hold a time, in the form of RFC 3339, and does not.
    case notATime(field: String)
    /// A field of another type than it has to be.
    case otherType(field: String)
  }

  public let reason: Reason
  public let refusedBy: [Loader]

  package init(_ reason: Reason, refusedBy loaders: [Loader]) {
    self.reason = reason
    refusedBy = loaders
  }
}
