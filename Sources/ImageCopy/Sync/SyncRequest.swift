import ImageModel

/// What is synchronized: images of registries, and the name that each gets at a target.
public struct SyncRequest: Sendable {
  /// One name of an image, and what is to stand for it at the target.
  public struct Entry: Sendable, Hashable {
    public let source: ImageReference
    public let target: ImageReference
    /// The manifest for this platform alone, whose digest stays; nil for all that the name stands for.
    public var platform: Platform?
    /// Whether signatures and the like of it go along, as with ``SyncRequest/bringsReferrers``.
    public var bringsReferrers = false

    public init(source: ImageReference, target: ImageReference, platform: Platform? = nil) {
      self.source = source
      self.target = target
      self.platform = platform
    }
  }

  public var entries: [Entry]
  /// Whether signatures and the like go along. Then what the target lists of them is asked for each image, also for one that
  /// is there.
  public var bringsReferrers = false
  /// Write the tag that lists them where the target has no list of them.
  public var writesReferrerTags = true
  /// Leave a tag that stands for another image as it is.
  public var keepsTags = false
  /// End with the first image that fails.
  public var stopsAtFailure = false
  /// Make projects of a Harbor that are not there, private ones.
  public var makesProjects = false
  /// Find out what would be done, and send nothing.
  public var onlyPlans = false
  /// Images whose names are asked about at the same time.
  public var checks = 32
  /// Blobs of all images together that move at the same time.
  public var transfers = 8

  public init(_ entries: [Entry]) {
    self.entries = entries
  }
}
