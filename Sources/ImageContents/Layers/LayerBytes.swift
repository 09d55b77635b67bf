import BlobTransfer
import FileAccess
import ImageArchive
import ImageLayers
import ImageModel
import NIOPosix
import Waiting

/// Reads one layer of an image: from disk, or from its store while it comes. What was read whole has the digests that the
/// manifest and the config have for it.
struct LayerBytes: Sendable {
  /// Pieces of a store that have come and were not read yet.
  private static let waitingPieces = 2

  let image: ReadableImage
  let layer: ReadableImage.Layer
  var limits = LayerLimits.standard
  /// Told how many compressed bytes were read.
  var passed: @Sendable (Int) -> Void = { _ in }

  /// Hands the layer's entries to `body`, on a thread of the pool. A body may end before the layer does: then nothing is
  /// known of its digests.
  ///
  /// - Throws: ``ImageContentError``; `ArchiveError`; `RegistryError`; `CancellationError`; what `body` throws.
  func readEntries(on pool: NIOThreadPool, _ body: @escaping @Sendable (LayerReader) throws -> Void) async throws {
    try await read(on: pool) { try body(LayerReader($0, limits: limits)) }
  }

  /// Hands the plain bytes of the layer to `body`, on a thread of the pool. Errors are those of ``readEntries(on:_:)``.
  func read(on pool: NIOThreadPool, _ body: @escaping @Sendable (Decompressor) throws -> Void) async throws {
    if let kind = layer.descriptor.flatMap({ UnreadLayer($0.mediaType) }) {
      throw ImageContentError.unreadLayer(image: image.place, layer: layer.name, kind)
    }
    if layer.content == nil, !image.store.isAtHand, let descriptor = layer.descriptor {
      try await fetch(descriptor, on: pool, body)
    } else {
      try await CancellationFlag.run(on: pool) { try readFile($0, body) }
    }
  }

  private func readFile(_ flag: CancellationFlag, _ body: (Decompressor) throws -> Void) throws {
    guard let content = layer.content else {
      throw ImageContentError.missingLayer(image: image.name, layer: layer.name)
    }
    guard let file = try content.open() else { throw FileError.fileReplaced(content.path) }
    var hasher = layer.descriptor.map { DigestHasher($0.digest.algorithm) }
    var position: Int64 = 0
    try decompress(body) { buffer in
      try flag.check()
      let wanted = Int(min(content.size - position, Int64(buffer.count)))
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
      guard try content.read(from: file, at: position, into: part) == wanted else {
        throw ImageContentError.layerCutOff(image: image.name, layer: layer.name)
      }
      hasher?.update(UnsafeRawBufferPointer(part))
      position += Int64(wanted)
      passed(wanted)
      return wanted
    }
    guard position == content.size, let digest = layer.descriptor?.digest, hasher?.finalize() != digest else { return }
    throw ArchiveError.unreadable(content.path, .wrongContent(name: layer.name))
  }

  private func fetch(
    _ descriptor: Descriptor, on pool: NIOThreadPool, _ body: @escaping @Sendable (Decompressor) throws -> Void
  ) async throws {
    let queue = BoundedQueue<[UInt8]>(capacity: Self.waitingPieces)
    try await withTaskCancellationHandler {
      try await withThrowingTaskGroup(of: Bool.self) { group in
        group.addTask {
          let sink = BlockingSink(on: Workers.current.pool) { piece in
            try queue.push(Array(piece))
            passed(piece.count)
          }
          try await image.store.readChecked(descriptor, into: sink)
          queue.finish()
          return true
        }
        group.addTask {
          try await pool.runIfActive {
            let source = PoppedBytes(queue)
            try decompress(body) { try source.read(into: $0) }
            return source.isAtEnd
          }
        }
        var failure: (any Error)?
        var endsEarly = false
        while let result = await group.nextResult() {
          switch result {
          case .success(true): continue
          // The body wants no more.
          case .success(false): endsEarly = true
          // Where one side has failed, the other one ends with a cancellation.
          case .failure(let error):
            if failure == nil || failure is CancellationError { failure = error }
          }
          queue.cancel()
          group.cancelAll()
        }
        guard let failure, !(endsEarly && failure is CancellationError && !Task.isCancelled) else { return }
        throw failure
      }
    } onCancel: {
      queue.cancel()
    }
  }

  /// Checks the diff id too, where the config has one and all was read.
  private func decompress(_ body: (Decompressor) throws -> Void, from source: @escaping ByteSource) throws {
    let stream = Decompressor(source, limits: limits, digest: layer.diffID?.algorithm)
    do { try body(stream) } catch let error as LayerError {
      throw try layer.failure(in: image.place, error)
    }
    guard let expected = layer.diffID, let found = stream.plainDigest, found != expected else { return }
    throw ImageContentError.wrongDiffID(image: image.place, layer: layer.name, expected: expected, found: found)
  }
}

/// The bytes of a queue, on the thread that reads them.
private final class PoppedBytes {
  private let queue: BoundedQueue<[UInt8]>
  private var piece: [UInt8] = []
  private var position = 0
  /// Whether all of them were read.
  private(set) var isAtEnd = false

  init(_ queue: BoundedQueue<[UInt8]>) {
    self.queue = queue
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(CancellationError) -> Int {
    if position == piece.count {
      (piece, position) = (try queue.pop() ?? [], 0)
      isAtEnd = piece.isEmpty
    }
    let count = min(buffer.count, piece.count - position)
    piece.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<(position + count)]))
    }
    position += count
    return count
  }
}
