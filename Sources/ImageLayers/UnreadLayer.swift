import ImageModel

/// Why the entries of a layer are not read: it is none that dray understands, by its media type.
public enum UnreadLayer: String, Sendable, Hashable, CaseIterable {
  /// Only the holder of a key reads it.
  case encrypted
  /// The image of a file system, which containerd mounts.
  case erofs

  /// Nil for a layer that is a tar archive.
  package init?(_ type: MediaType) {
    if type.isEncryptedLayer {
      self = .encrypted
    } else if type.isFileSystemLayer {
      self = .erofs
    } else {
      return nil
    }
  }
}
