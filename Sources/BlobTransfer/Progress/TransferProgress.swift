import ImageModel

/// A snapshot of all blobs.
public struct TransferProgress: Sendable {
  /// Time since the transfer began.
  public let elapsed: Duration
  /// The blobs in the order of the plan.
  public let blobs: [BlobProgress]
  /// Bytes that came over the network in this run, wrong ones included.
  public let bytesFetched: Int64

  public init(elapsed: Duration, blobs: [BlobProgress], bytesFetched: Int64) {
    self.elapsed = elapsed
    self.blobs = blobs
    self.bytesFetched = bytesFetched
  }
}

/// What a blob is for.
public enum BlobKind: String, Sendable, Hashable {
  case config, layer
}

/// One blob and how much of it is in the archive.
public struct BlobProgress: Sendable, Hashable {
  public let digest: Digest
  public let kind: BlobKind
  /// Bytes, as the descriptor says.
  public let size: Int64
  /// Bytes of it that are in place: `0...size`. It can fall, when bytes turn out to be wrong and are fetched again.
  public var received: Int64

  public init(digest: Digest, kind: BlobKind, size: Int64, received: Int64 = 0) {
    self.digest = digest
    self.kind = kind
    self.size = size
    self.received = received
  }
}

/// Where the bytes of a blob came from.
public enum BlobOrigin: String, Sendable, Hashable {
  /// Over the network, in this run.
  case registry
  /// Kept from an earlier, interrupted pull.
  case resumed
  /// Copied from an archive or a layout on disk.
  case reused
}
