/// How large a manifest, an index or a config from a registry may be.
public struct DocumentLimits: Sendable, Hashable {
  /// Bytes of a manifest or an index. The distribution specification asks clients for at least 4 MB.
  public var manifestBytes = 8 << 20
  /// Bytes of an image config.
  public var configBytes = 8 << 20
  /// Levels of arrays and objects in a JSON text. Real documents need fewer than ten.
  public var nesting = 64
  /// Layers of one image. Engines refuse more than a few hundred.
  public var layers = 10_000
  /// Entries of one index.
  public var indexEntries = 10_000
  /// Indexes that stand in one another, the outermost included.
  public var indexDepth = 3

  public init() {}

  public static let standard = DocumentLimits()

  /// So many bytes of a manifest every registry should accept (distribution-spec "Pushing Manifests"), and most accept no more:
  /// distribution, Harbor, zot.
  public static let commonManifestBytes: Int64 = 4 << 20
}
