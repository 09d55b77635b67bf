import BlobTransfer
import ImageModel

/// What a pull would do, found out by asking for manifests alone and by looking at the disk.
public struct PullPreview: ImagesOfPull {
  public let images: [PulledImage]
  /// The path that the archive would have; nil for standard output.
  public let path: String?
  /// The exact size that the archive would have, in bytes.
  public let archiveSize: Int64
  /// Every blob of the image once, in the order of the archive.
  public let blobs: [PreviewedBlob]
  /// Images that cannot be had, where that is not to end the pull.
  public let leftOut: [FailedImage]

  public init(
    _ images: [PulledImage], path: String?, archiveSize: Int64, blobs: [PreviewedBlob], leftOut: [FailedImage] = []
  ) {
    self.images = images
    self.leftOut = leftOut
    self.path = path
    self.archiveSize = archiveSize
    self.blobs = blobs
  }

  /// The bytes of blobs that would be fetched.
  public var bytesToFetch: Int64 { blobs.reduce(0) { $0 + $1.bytesToFetch } }
}

/// A blob and where its bytes would come from, unless what is on disk turns out to be wrong.
public struct PreviewedBlob: Sendable, Hashable {
  /// Where a blob would come from.
  public enum Source: Sendable, Hashable {
    case registry
    /// An interrupted pull left this many bytes of it.
    case resumed(Int64)
    /// A file on disk holds it. What an interrupted pull left of it is used, too.
    case reused(path: String)
    /// It stands in the manifest, or is empty.
    case inline
  }

  public let digest: Digest
  public let kind: BlobKind
  /// Bytes.
  public let size: Int64
  public let source: Source

  public init(digest: Digest, kind: BlobKind, size: Int64, source: Source) {
    self.digest = digest
    self.kind = kind
    self.size = size
    self.source = source
  }

  public var bytesToFetch: Int64 {
    switch source {
    case .registry: size
    case .resumed(let held): max(size - held, 0)
    case .reused, .inline: 0
    }
  }
}
