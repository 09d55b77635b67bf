import ImageModel
import Waiting

/// A place to fetch ranges of blobs from.
package protocol BlobSource: Sendable {
  /// Its name for people: a host.
  var name: String { get }
  /// Whether others have what it has.
  var isMirror: Bool { get }
  /// Whether it has failed before the first blob.
  var isDropped: Bool { get }
  /// The blobs that it may be asked for; nil for all.
  var holds: Set<Digest>? { get }

  /// Sends one request for a range of a blob. A success says only that the response ended.
  ///
  /// - Throws: ``RetriableFailure``; what the receiver throws; `CancellationError`.
  func fetch(_ blob: Descriptor, range: Range<Int64>, lane: Int, receiver: any BlobReceiver) async throws

  /// The failure of a response that ended in order and brought no byte of a blob.
  func nothingCame(of blob: Descriptor) -> any RetriableFailure
}

extension BlobSource {
  package var isMirror: Bool { false }
  package var isDropped: Bool { false }
  package var holds: Set<Digest>? { nil }
}

/// Thrown by a receiver that wants no more of a response. It is no failure of the source.
package struct EnoughReceived: Error {
  package init() {}
}
