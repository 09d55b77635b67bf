import NIOCore

/// Takes bytes in order. It returns once there is room for more, so that a slow taker slows down who writes.
package protocol ByteSink: Sendable {
  func write(_ bytes: ByteBuffer) async throws
}
