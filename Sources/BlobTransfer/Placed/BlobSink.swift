import ImageModel

/// A place that takes the bytes of one blob in ranges of any order.
package protocol BlobSink: Sendable {
  var blob: Descriptor { get }
  /// What is there from before. It is believed only once the digest of the whole blob is right.
  var held: RangeSet { get }

  /// Puts bytes in their place. Called on the threads of connections: it may wait as long as a write to the page cache takes.
  func write(_ bytes: UnsafeRawBufferPointer, at position: Int64) throws

  /// Reads what is in its place back into all of `buffer`, on a thread that may wait.
  ///
  /// - Returns: how many bytes there were.
  func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int64) throws -> Int

  /// Takes note of a range that is in its place, so that a later run finds it in ``held``.
  func note(_ range: Range<Int64>) throws

  /// Called once every byte is there and the digest of all of them is right.
  func finish() async throws
}

extension BlobSink {
  package func finish() async throws {}
}

/// The bytes of a blob where they can be copied to their place without a connection.
package struct BlobCopy: Sendable {
  /// Copies a range; false where the bytes are not there. Runs on a thread that may wait.
  package typealias Copier = @Sendable (Range<Int64>) throws -> Bool

  /// Why it does not serve.
  package enum Fault: Sendable {
    /// It is not there, or is something else by now.
    case gone
    /// It has fewer bytes than the blob.
    case truncated
    /// Its bytes are others than the digest promises.
    case wrong
  }

  /// Where it is, for people.
  let place: String
  /// What ends the transfer where it is the last copy of its blob and does not serve; nil where the blob is fetched then.
  let failure: (@Sendable (Fault) -> any Error)?
  /// Opens it; nil where it is gone. Runs on a thread that may wait.
  let open: @Sendable () throws -> Copier?

  package init(
    place: String, failure: (@Sendable (Fault) -> any Error)? = nil, open: @escaping @Sendable () throws -> Copier?
  ) {
    self.place = place
    self.failure = failure
    self.open = open
  }
}
