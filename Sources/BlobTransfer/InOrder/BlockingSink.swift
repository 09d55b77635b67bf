import NIOCore
import NIOPosix
import Waiting

/// A place that takes bytes in order and may block meanwhile, such as a pipe: it is written to on threads that may wait.
package struct BlockingSink: ByteSink {
  private let threads: NIOThreadPool
  private let body: @Sendable (UnsafeRawBufferPointer) throws -> Void

  package init(on threads: NIOThreadPool, _ body: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void) {
    self.threads = threads
    self.body = body
  }

  package func write(_ bytes: ByteBuffer) async throws {
    try await threads.runIfActive { try bytes.withUnsafeReadableBytes { try body($0) } }
  }
}
