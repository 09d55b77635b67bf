import ImageArchive
import ImageLayers
import ImageModel
import NIOPosix

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
  /// Compressed pieces of a registry that have come and were not read yet.
  private static let arrivedPieces = 2

  let image: ReadableImage
  var limits = LayerLimits.standard
  /// Told how many compressed bytes were read.
  var passed: @Sendable (Int) -> Void = { _ in }
  let queue = BoundedQueue<Piece>(capacity: PlainLayers.waitingPieces)

  /// Works on the plain layers on one thread while another one decompresses them.
  func work<Result: Sendable>(
    _ work: @escaping @Sendable (PlainLayers, CancellationFlag) throws -> Result
  ) async throws -> Result {
    let pool = NIOThreadPool(numberOfThreads: 3)
    pool.start()
    let outcome: Swift.Result<Result, any Error> = await withTaskCancellationHandler {
      do {
        return .success(
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
          })
      } catch { return .failure(error) }
    } onCancel: {
      queue.cancel()
    }
    try? await pool.shutdownGracefully()
    return try outcome.get()
  }

  /// Passes all layers. What it fails of, the reader of the queue learns.
  ///
  /// - Parameter pool: has two threads for this.
  private func run(on pool: NIOThreadPool) async {
    do {
      for layer in image.layers {
        if layer.content == nil, let remote = image.remote, let descriptor = layer.descriptor {
          try await pass(layer, descriptor, of: remote, on: pool)
        } else {
          try await CancellationFlag.run(on: pool) { try pass(layer, $0) }
        }
        try await pool.runIfActive { try queue.push(.endOfLayer) }
      }
    } catch {
      // Nobody waits for it where the reader has gone.
      try? await pool.runIfActive { try queue.push(.failure(error)) }
    }
  }

  /// Passes a layer that stands on disk.
  private func pass(_ layer: ReadableImage.Layer, _ flag: CancellationFlag) throws {
    guard let content = layer.content else {
      throw ImageContentError.missingLayer(image: image.name, layer: layer.name)
    }
    guard let file = try content.open() else { throw ArchiveError.fileReplaced(content.path) }
    var hasher = DigestHasher(layer.descriptor?.digest.algorithm ?? .sha256)
    var position: Int64 = 0
    try pass(layer) { buffer in
      try flag.check()
      let wanted = Int(min(content.size - position, Int64(buffer.count)))
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
      guard try content.read(from: file, at: position, into: part) == wanted else {
        throw ImageContentError.layerCutOff(image: image.name, layer: layer.name)
      }
      if layer.descriptor != nil { hasher.update(UnsafeRawBufferPointer(part)) }
      position += Int64(wanted)
      passed(wanted)
      return wanted
    }
    guard let digest = layer.descriptor?.digest, hasher.finalize() != digest else { return }
    throw ArchiveError.unreadable(content.path, .wrongContent(name: layer.name))
  }

  /// Passes a layer of a registry while it comes.
  private func pass(
    _ layer: ReadableImage.Layer, _ descriptor: Descriptor, of remote: RemoteLayers, on pool: NIOThreadPool
  ) async throws {
    let arrived = BoundedQueue<[UInt8]>(capacity: Self.arrivedPieces)
    try await withTaskCancellationHandler {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          try await remote.fetch(descriptor) { piece in
            try arrived.push(Array(piece))
            passed(piece.count)
          }
          arrived.finish()
        }
        group.addTask { try await pool.runIfActive { try pass(layer, from: RemoteLayer.source(arrived)) } }
        var failure: (any Error)?
        while let result = await group.nextResult() {
          guard case .failure(let error) = result else { continue }
          // Where one side has failed, the other one ends with a cancellation.
          if failure == nil || failure is CancellationError { failure = error }
          arrived.cancel()
          group.cancelAll()
        }
        if let failure { throw failure }
      }
    } onCancel: {
      arrived.cancel()
    }
  }

  /// Passes the plain bytes of a layer, and checks its diff id where the config has one.
  private func pass(_ layer: ReadableImage.Layer, from source: @escaping ByteSource) throws {
    let stream = Decompressor(source, limits: limits, digest: layer.diffID?.algorithm)
    do {
      while true {
        let piece = try [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, count in
          let buffer = UnsafeMutableRawBufferPointer(buffer)
          while count < buffer.count {
            let more = try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
            guard more > 0 else { break }
            count += more
          }
        }
        guard !piece.isEmpty else { break }
        try queue.push(.bytes(piece))
      }
    } catch let error as LayerError {
      throw ImageContentError.layer(image: image.name, layer: layer.name, error)
    }
    guard let expected = layer.diffID, let found = stream.plainDigest, found != expected else { return }
    throw ImageContentError.wrongDiffID(image: image.name, layer: layer.name, expected: expected, found: found)
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
