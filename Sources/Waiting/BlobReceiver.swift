/// Takes a range of a blob while it arrives, on the sender's own thread: what is slow here slows the sender down.
package protocol BlobReceiver: AnyObject, Sendable {
  /// The bytes that follow begin at `offset` of the blob. `isWhole`: the server sends the whole blob, whatever was
  /// asked for.
  func begin(at offset: Int64, isWhole: Bool) throws
  func receive(_ bytes: UnsafeRawBufferPointer) throws
  /// Asked after each ``receive(_:)``: what must end before more bytes come; nil where they may come at once. Meanwhile the
  /// sender is not read from, and its thread is free for others.
  var pause: ReceiverPause? { get }
}

extension BlobReceiver {
  package var pause: ReceiverPause? { nil }
}

/// Returns once a receiver has room again, or when the task is cancelled.
package typealias ReceiverPause = @Sendable () async -> Void
