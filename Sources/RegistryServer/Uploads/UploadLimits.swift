/// What clients that push may take of this machine.
public struct UploadLimits: Sendable, Hashable {
  /// Uploads that are open at the same time.
  public var sessions = 256
  /// How long an upload may be left alone.
  public var idle = Duration.seconds(15 * 60)
  /// Bytes of a manifest. The distribution specification asks for at least 4 MiB.
  public var manifestBytes = 4 << 20
  /// Bytes of the disk that uploads leave free.
  public var freeBytes: Int64 = 1 << 30
  /// Whether tags, manifests and blobs may be deleted.
  public var allowsDelete = false
  /// Whether a tag stays with the manifest that it was given to.
  public var keepsTags = false

  public init() {}
}
