import ImageModel
import NIOCore
import Synchronization
import Waiting

/// Keeps all bytes that it is given.
package final class ByteCollector: ByteSink {
  private let collected = Mutex<[UInt8]>([])

  package init() {}

  package var bytes: [UInt8] { collected.withLock(\.self) }

  package func write(_ bytes: ByteBuffer) async throws {
    collected.withLock { $0 += Array(buffer: bytes) }
  }
}

extension SourceStore {
  /// All of a blob, its digest checked: for configs, which fit into memory.
  ///
  /// - Throws: as ``readChecked(_:into:)``.
  package func bytes(of blob: Descriptor) async throws -> [UInt8] {
    let collector = ByteCollector()
    try await readChecked(blob, into: collector)
    return collector.bytes
  }
}
