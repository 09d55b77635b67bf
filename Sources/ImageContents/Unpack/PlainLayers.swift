import ImageLayers
import ImageModel
import NIOPosix
import Waiting

/// Decompresses the layers of an image, the lowest first, on one thread, and passes their plain bytes to another one that
/// works on them: so a layer is decompressed while the one before it is written. What waits is bounded.
struct PlainLayers: Sendable {
  enum Piece: Sendable {
    case bytes([UInt8])
    /// All bytes of a layer were passed, and its digests are right.
    case endOfLayer
    case failure(any Error)
  }

  /// Small enough that memory of one piece serves the next.
  private static let pieceSize = 96 << 10
  /// About 3 MB.
  private static let waitingPieces = 32

  let image: ReadableImage
  var limits = LayerLimits.standard
  /// Told how many compressed bytes were read.
  var passed: @Sendable (Int) -> Void = { _ in }
  let queue = BoundedQueue<Piece>(capacity: PlainLayers.waitingPieces)

  /// Works on the plain layers on one thread while another one decompresses them.
  func work<Result: Sendable>(
    _ work: @escaping @Sendable (PlainLayers, CancellationFlag) throws -> Result
  ) async throws -> Result {
    try await withTaskCancellationHandler {
      try await OwnThreads.run(3) { pool in
        try await withThrowingTaskGroup(of: Result?.self) { group in
          group.addTask {
            await run(on: pool)
            return nil
          }
          group.addTask {
            // What waits to be passed on has no reader any more.
            defer { queue.cancel() }
            return try await CancellationFlag.run(on: pool) { try work(self, $0) }
          }
          while let result = try await group.next() {
            guard let result else { continue }
            group.cancelAll()
            return result
          }
          throw CancellationError()
        }
      }
    } onCancel: {
      queue.cancel()
    }
  }

  /// Passes all layers. What it fails of, the reader of the queue learns.
  ///
  /// - Parameter pool: has two threads for this.
  private func run(on pool: NIOThreadPool) async {
    do {
      for layer in image.layers {
        try await LayerBytes(image: image, layer: layer, limits: limits, passed: passed).read(on: pool) { try pass($0) }
        try await pool.runIfActive { try queue.push(.endOfLayer) }
      }
    } catch {
      // Nobody waits for it where the reader has gone.
      try? await pool.runIfActive { try queue.push(.failure(error)) }
    }
  }

  private func pass(_ stream: Decompressor) throws {
    while true {
      let piece = try [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, count in
        let buffer = UnsafeMutableRawBufferPointer(buffer)
        while count < buffer.count {
          let more = try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
          guard more > 0 else { break }
          count += more
        }
      }
      guard !piece.isEmpty else { return }
      try queue.push(.bytes(piece))
    }
  }

  /// The entries of the next layer, on the thread that works on them.
  func nextLayer() -> LayerReader {
    var (piece, position, isAtEnd): ([UInt8], Int, Bool) = ([], 0, false)
    let source: ByteSource = { buffer in
      while position == piece.count {
        guard !isAtEnd else { return 0 }
        switch try queue.pop() {
        case .bytes(let next)?: (piece, position) = (next, 0)
        case .failure(let error)?: throw error
        case .endOfLayer?, nil: isAtEnd = true
        }
      }
      let count = min(buffer.count, piece.count - position)
      piece.withUnsafeBytes {
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<(position + count)]))
      }
      position += count
      return count
    }
    return LayerReader(Decompressor.plain(source, limits: limits), limits: limits)
  }
}
