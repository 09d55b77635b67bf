import BlobTransfer
import ImageModel
import RegistryClient

/// What happens during a push, in order.
public enum PushEvent: Sendable {
  /// A project of a Harbor that was not there was made (``PushRequest/makesProjects``).
  case madeProject(String, registry: RegistryName)
  /// It is known what the registry lacks; nothing has been sent.
  case started(PushPlan)
  /// How far the blobs are that are sent: at most ten times a second, and once at the end.
  case progress(TransferProgress)
  /// All bytes have been sent, and the registry has not said for a second that these blobs are there: it, or what stands before
  /// it, is still at work on them. At most once.
  case awaitsRegistry(blobs: Int)
  /// A blob was in the registry, in another repository.
  case mounted(Digest, from: String)
  /// An image is there, under its name.
  case pushed(PushedImage)
  case warning(PushWarning)
}

extension PushWarning {
  /// - Parameter byTag: whether the tag for it would have been written.
  static func unlisted(_ referrer: Digest, byTag: Bool) -> PushWarning {
    byTag ? .unlistedReferrer(referrer) : .referrerTagLeftOut(referrer)
  }

  /// What should be known before the first byte of a plan moves.
  ///
  /// - Parameter references: the names of its images at the target.
  static func about(_ plan: CopyPlan, as references: [ImageReference]) -> [PushWarning] {
    zip(plan.images, references).compactMap { image, reference in image.expiry.map { .expires(reference, after: $0) } }
      + plan.largeDocuments.map { .largeManifest($0.digest, bytes: $0.size) }
  }
}

/// What is about to be pushed.
public struct PushPlan: Sendable {
  public let images: [PushedImage]
  /// Blobs that are sent, the largest first, and those that are mounted.
  public let blobs: [BlobProgress]
  /// Bytes of what is sent.
  public let bytesToSend: Int64
  /// Blobs that the registry has already in the right place, and their bytes.
  public let blobsPresent: Int
  public let bytesPresent: Int64
  /// Blobs that the archive does not have, and that come from another repository.
  public let blobsMounted: Int

  package init(
    images: [PushedImage], blobs: [BlobProgress], bytesToSend: Int64, blobsPresent: Int, bytesPresent: Int64,
    blobsMounted: Int
  ) {
    self.images = images
    self.blobs = blobs
    self.bytesToSend = bytesToSend
    self.blobsPresent = blobsPresent
    self.bytesPresent = bytesPresent
    self.blobsMounted = blobsMounted
  }
}

/// An image of a push.
public struct PushedImage: Sendable, Hashable {
  public let reference: ImageReference
  /// The name that it had where it came from; nil where it is not known.
  public let formerName: String?
  public let digest: Digest
  /// Whether it was there already, under this tag.
  public let wasThere: Bool

  package init(reference: ImageReference, formerName: String? = nil, digest: Digest, wasThere: Bool) {
    self.reference = reference
    self.formerName = formerName
    self.digest = digest
    self.wasThere = wasThere
  }
}

/// What a push came to.
public struct PushResult: Sendable {
  public let images: [PushedImage]
  public let blobsSent: Int
  public let blobsPresent: Int
  public let blobsMounted: Int
  /// Bytes of the blobs that were sent.
  public let bytesSent: Int64
  public let elapsed: Duration

  package init(
    images: [PushedImage], blobsSent: Int, blobsPresent: Int, blobsMounted: Int, bytesSent: Int64, elapsed: Duration
  ) {
    self.images = images
    self.blobsSent = blobsSent
    self.blobsPresent = blobsPresent
    self.blobsMounted = blobsMounted
    self.bytesSent = bytesSent
    self.elapsed = elapsed
  }
}
