import ImageModel

/// Bytes of an archive that are to be read, and what they must be.
public struct ContentCheck: Sendable, Hashable {
  public let memberName: String
  public let content: StoredContent
  /// The digest of the bytes as they stand; nil where nothing says it.
  public let digest: Digest?
  /// Whether they are a layer, so that they are decompressed too.
  public let isLayer: Bool
  /// What the manifest says that they are; nil where nothing says it.
  public let mediaType: MediaType?
  /// The digest of the layer without compression; nil where no config says it.
  public let diffID: Digest?
}
