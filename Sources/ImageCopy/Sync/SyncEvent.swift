import BlobTransfer
import ImageModel

/// What happens during a synchronization, in order.
public enum SyncEvent: Sendable {
  /// All names have been asked about; what is not as it should be is copied now.
  case checked(SyncCounts)
  /// It is settled what becomes of an image.
  case image(SyncedImage)
  /// How many bytes of those images that have begun are at their targets: at most ten times a second, after the first one.
  case progress(TransferProgress)
  /// A project has been made at a Harbor.
  case madeProject(String, registry: RegistryName)
  case warning(PushWarning)
}

/// What became of one image.
public struct SyncedImage: Sendable {
  public enum Outcome: Sendable {
    /// The target's name stands for it now.
    case copied
    /// The target's name stood for it before.
    case unchanged
    /// The target's name stands for this one and was left so.
    case kept(Digest)
    /// It would be copied, and that would come to this.
    case planned(SyncCost)
    case failed(any ClassifiedError)
    /// Another one failed before.
    case notTried
  }

  public let entry: SyncRequest.Entry
  /// Of the image; nil where it is not known.
  public let digest: Digest?
  public let outcome: Outcome

  package init(entry: SyncRequest.Entry, digest: Digest?, outcome: Outcome) {
    self.entry = entry
    self.digest = digest
    self.outcome = outcome
  }
}

/// What it takes to bring an image to a target, beside what other images bring there.
public struct SyncCost: Sendable, Hashable {
  /// Bytes of the blobs that are sent.
  public var bytesToSend: Int64 = 0
  public var blobsToSend = 0
  /// Blobs that other repositories of the target have, or will have by then.
  public var blobsToMount = 0

  public init() {}
}

/// How many images came to what.
public struct SyncCounts: Sendable, Hashable {
  public var copied = 0
  public var unchanged = 0
  public var kept = 0
  public var planned = 0
  public var failed = 0
  public var notTried = 0

  public init() {}

  mutating func add(_ outcome: SyncedImage.Outcome) {
    switch outcome {
    case .copied: copied += 1
    case .unchanged: unchanged += 1
    case .kept: kept += 1
    case .planned: planned += 1
    case .failed: failed += 1
    case .notTried: notTried += 1
    }
  }
}

/// What a synchronization came to.
public struct SyncResult: Sendable {
  /// In the order of the request.
  public let images: SyncedImages
  public let counts: SyncCounts
  public let blobsSent: Int
  public let blobsMounted: Int
  /// Bytes of the blobs that were sent.
  public let bytesSent: Int64
  public let elapsed: Duration

  package init(
    images: SyncedImages, counts: SyncCounts, blobsSent: Int, blobsMounted: Int, bytesSent: Int64, elapsed: Duration
  ) {
    self.images = images
    self.counts = counts
    self.blobsSent = blobsSent
    self.blobsMounted = blobsMounted
    self.bytesSent = bytesSent
    self.elapsed = elapsed
  }
}
