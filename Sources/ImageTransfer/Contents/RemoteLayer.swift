import ImageLayers
import ImageModel
import NIOPosix

/// Reads a layer of a registry while it comes.
struct RemoteLayer: Sendable {
  /// Pieces that have come and were not read yet.
  private static let waitingPieces = 2

  let bytes: LayerBytes
  let descriptor: Descriptor
  let remote: RemoteLayers
  let passed: @Sendable (Int) -> Void

  /// Hands the layer's entries to `body`, on a thread of the pool.
  ///
  /// - Throws: ``ImageContentError``; `RegistryError`; `CancellationError`; what `body` throws.
  func read(on pool: NIOThreadPool, _ body: @escaping @Sendable (LayerReader) throws -> Void) async throws {
    let queue = BoundedQueue<[UInt8]>(capacity: Self.waitingPieces)
    try await withTaskCancellationHandler {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          try await remote.fetch(descriptor) { piece in
            try queue.push(Array(piece))
            passed(piece.count)
          }
          queue.finish()
        }
        group.addTask { try await pool.runIfActive { try bytes.read(from: Self.source(queue), body) } }
        do {
          for try await _ in group {}
        } catch {
          queue.cancel()
          group.cancelAll()
          // Where one side has failed, the other one ends with a cancellation.
          guard error is CancellationError, !Task.isCancelled else { throw error }
          while let result = await group.nextResult() {
            if case .failure(let other) = result, !(other is CancellationError) { throw other }
          }
          throw error
        }
      }
    } onCancel: {
      queue.cancel()
    }
  }

  static func source(_ queue: BoundedQueue<[UInt8]>) -> ByteSource {
    var (piece, position): ([UInt8], Int) = ([], 0)
    return { buffer in
      if position == piece.count { (piece, position) = (try queue.pop() ?? [], 0) }
      let count = min(buffer.count, piece.count - position)
      piece.withUnsafeBytes {
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<(position + count)]))
      }
      position += count
      return count
    }
  }
}
