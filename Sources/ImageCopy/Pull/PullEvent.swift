import BlobTransfer
import HTTPAccess
import ImageArchive
import ImageModel
import RegistryClient

/// What happens during a pull, in order. Events are values: a person's progress display and a program's JSON are
/// both made from them.
public enum PullEvent: Sendable {
  /// The image is resolved and the archive's layout is known; no blob byte has been asked for yet,
  /// but for small layers that came along with the config.
  case started(PullStarted)
  /// A blob is complete and its digest is right.
  case blobFinished(BlobFinished)
  /// How far everything is: at most ten times a second, and once at the end of the transfer.
  case progress(TransferProgress)
  /// Something that the user should know and that does not end the pull.
  case warning(PullWarning)
}

/// Resolved images and the archive that will hold them.
public struct PullStarted: ImagesOfPull {
  public let images: [PulledImage]
  /// The size of the whole archive in bytes.
  public let archiveSize: Int64
  /// Every blob of the image once, in the order of the archive.
  public let blobs: [BlobProgress]
  /// How many pulls the registry still allows, where it says so.
  public let rateLimit: RateLimit?
  /// What the archive leaves out; nil where it is whole.
  public let delta: ArchiveDelta?

  public init(
    _ images: [PulledImage], archiveSize: Int64, blobs: [BlobProgress], rateLimit: RateLimit? = nil,
    delta: ArchiveDelta? = nil
  ) {
    self.images = images
    self.archiveSize = archiveSize
    self.blobs = blobs
    self.rateLimit = rateLimit
    self.delta = delta
  }
}

/// A blob that is whole in its place, with the right digest.
public struct BlobFinished: Sendable {
  public let digest: Digest
  public let kind: BlobKind
  public let size: Int64
  public let origin: BlobOrigin

  public init(digest: Digest, kind: BlobKind, size: Int64, origin: BlobOrigin) {
    self.digest = digest
    self.kind = kind
    self.size = size
    self.origin = origin
  }
}

/// What a finished pull left.
public struct PullResult: ImagesOfPull {
  public let images: [PulledImage]
  /// The path of the archive, or of the layout's folder; nil where it went to standard output.
  public let path: String?
  /// The archive's size in bytes.
  public let archiveSize: Int64
  public let bytesFetched: Int64
  public let elapsed: Duration
  /// Images that could not be had, where that was not to end the pull.
  public let leftOut: [FailedImage]
  /// Whether the archive is in volumes, and the path that of the first.
  public let isSplit: Bool
  public let form: ArchiveFormat
  /// Whether the images were added to an OCI layout.
  public let isLayout: Bool
  /// The names by which they are found there (`org.opencontainers.image.ref.name`); nil for a pull by digest alone.
  public let layoutNames: [String?]

  public init(
    _ images: [PulledImage], path: String?, archiveSize: Int64, bytesFetched: Int64, elapsed: Duration,
    leftOut: [FailedImage] = [], isSplit: Bool = false, form: ArchiveFormat = .ociAndDocker, isLayout: Bool = false,
    layoutNames: [String?] = []
  ) {
    self.images = images
    self.leftOut = leftOut
    self.isSplit = isSplit
    self.form = form
    self.isLayout = isLayout
    self.layoutNames = layoutNames
    self.path = path
    self.archiveSize = archiveSize
    self.bytesFetched = bytesFetched
    self.elapsed = elapsed
  }
}
