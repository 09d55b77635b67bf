import ImageArchive
import ImageModel

/// What an archive holds, as far as it is told without reading a layer.
public struct ArchiveInspection: Sendable {
  public let archive: StoredArchive
  /// The images, one for each name, in the order of the archive.
  public let groups: [Group]
  /// The image that was asked for, or the only one; nil where several are there, or none for this machine.
  public let content: Content?

  /// The images of one name, one for each platform.
  public struct Group: Sendable {
    /// As people say them; what names nothing is among them.
    public let names: [String]
    /// Nil where there is only a `manifest.json`, which has none.
    public let digest: Digest?
    public let mediaType: MediaType?
    public let platforms: [PlatformEntry]
  }

  public struct PlatformEntry: Sendable {
    /// Nil where it is not said.
    public let platform: Platform?
    /// Nil where there is only a `manifest.json`.
    public let digest: Digest?
    /// Config and layers that the archive holds, in bytes, each once.
    public let size: Int64
    /// Blobs that the image names and the archive does not hold.
    public let missing: Int
  }

  public struct Content: Sendable {
    public let image: StoredImage
    /// Nil where the archive does not hold it.
    public let config: ImageConfig?
    public let configDigest: Digest?
    /// Config and layers that the archive holds, in bytes, each once.
    public let size: Int64
    public let layers: [Layer]
  }

  public struct Layer: Sendable {
    /// As the manifest has it; nil where there is only a `manifest.json`.
    public let digest: Digest?
    public let mediaType: MediaType?
    /// Bytes, as the manifest has them, or as they stand in the archive; nil where neither says it.
    public let size: Int64?
    /// The digest without compression, which the config has; nil where it does not have it.
    public let diffID: Digest?
    /// The member that holds it, or would.
    public let memberName: String
    /// By its first bytes: `none`, `gzip`, `zstd`, `bzip2` or `xz`; nil where the archive does not hold the layer.
    public let compression: String?
  }
}
