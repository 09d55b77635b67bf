import NIOCore

/// Takes bytes in order. It returns once there is room for more, so that a slow taker slows down who writes.
package protocol ByteSink: Sendable {
  func write(_ bytes: ByteBuffer) async throws

  /// Takes several in their order. A sink that hands each to another thread does so once for all of them.
  func write(_ pieces: [ByteBuffer]) async throws

  /// Takes bytes that stand in a file. Only a sink that need not see them has a way of its own for that.
  func write(_ part: FilePart) async throws
}

extension ByteSink {
  package func write(_ pieces: [ByteBuffer]) async throws {
    for piece in pieces { try await write(piece) }
  }

  package func write(_ part: FilePart) async throws {
    try await write(try await Workers.current.run(part.read))
  }
}
