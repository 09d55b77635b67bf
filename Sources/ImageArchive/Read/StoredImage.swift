import ImageModel

/// An image that an archive or a layout holds, for one platform.
public struct StoredImage: Sendable, Hashable {
  /// The names that the archive gives it.
  public internal(set) var names: [ImageReference]
  /// Names that are none: shown, and never used.
  public let unreadableNames: [String]
  /// The document that `index.json` names: an index of several platforms, or the manifest itself; nil where there is only
  /// a `manifest.json`.
  public let root: ImageDocument?
  /// Nil where there is only a `manifest.json`.
  public let document: ImageDocument?
  /// Nil where there is only a `manifest.json`.
  public let manifest: Manifest?
  /// The member that holds the config.
  public let configName: String
  /// Nil where the archive does not hold it.
  public let config: StoredContent?
  /// The base first.
  public let layers: [StoredLayer]

  /// Whether the archive holds the config and every layer.
  public var isWhole: Bool { config != nil && layers.allSatisfy { $0.content != nil } }
}

/// A layer of a stored image.
public struct StoredLayer: Sendable, Hashable {
  /// As the manifest has it; nil where there is only a `manifest.json`, which does not say.
  public let descriptor: Descriptor?
  /// The member that holds it.
  public let memberName: String
  /// Nil where the archive does not hold it: the archive is a delta, or damaged.
  public let content: StoredContent?
}
