import ImageLayers
import ImageModel
import NIOPosix
import Synchronization
import Waiting

/// Makes the root of an image out of its layers: they are read at the same time, and laid upon one another in their order.
struct RootMerger: Sendable {
  /// An entry, and the digest of its content where it is wanted.
  typealias Item = (entry: LayerEntry, digest: Digest?)

  struct Batch: Sendable {
    var items: [Item] = []
    var weight = 0

    mutating func add(_ item: Item) {
      items.append(item)
      weight += 256 + item.entry.path.bytes.count + item.entry.linkTarget.count
      weight += item.entry.extendedAttributes.reduce(0) { $0 + $1.key.count + $1.value.count }
    }
  }

  /// Batches of one layer that wait to be laid upon the others.
  private static let waitingBatches = 4
  /// About how many bytes a batch takes.
  private static let batchWeight = 256 << 10
  private static let bufferSize = 256 << 10

  let image: ReadableImage
  /// Whether the contents of files are digested.
  let isDigesting: Bool
  /// Layers that are read at the same time.
  let width: Int
  /// The entries of layers that are read more than once.
  var entries: EntryCache?
  /// Told how many compressed bytes were read.
  var passed: @Sendable (Int) -> Void = { _ in }

  /// Lays layers of the image upon a root.
  ///
  /// - Throws: ``ImageContentError``; `ArchiveError`; `RegistryError`; `CancellationError`.
  func merge(_ layers: Range<Int>, onto root: MergedRoot) async throws -> MergedRoot {
    guard !layers.isEmpty else { return root }
    // Those of a registry come over many connections each.
    let width = image.store.isAtHand ? min(width, layers.count) : 1
    let queues = layers.map { _ in BoundedQueue<Batch>(capacity: Self.waitingBatches) }
    let turns = LayerTurns()
    return try await withTaskCancellationHandler {
      // The last one lays the layers upon one another.
      try await OwnThreads.run(width + 1) { pool in
        try await withThrowingTaskGroup(of: MergedRoot?.self) { group in
          group.addTask { try await pool.runIfActive { try lay(layers, queues, onto: root) } }
          for _ in 0..<width {
            group.addTask {
              // Taken in their order: so the layer that is waited for is always being read.
              while case let number = turns.next(), number < queues.count {
                try await read(layers.lowerBound + number, into: queues[number], on: pool)
              }
              return nil
            }
          }
          do {
            var merged = root
            while let result = try await group.next() { merged = result ?? merged }
            return merged
          } catch {
            for queue in queues { queue.cancel() }
            group.cancelAll()
            throw error
          }
        }
      }
    } onCancel: {
      for queue in queues { queue.cancel() }
    }
  }

  private func lay(_ layers: Range<Int>, _ queues: [BoundedQueue<Batch>], onto root: MergedRoot) throws -> MergedRoot {
    var root = root
    for (index, queue) in zip(layers, queues) {
      root.beginLayer()
      do {
        while let batch = try queue.pop() {
          for item in batch.items { try root.add(item.entry, digest: item.digest) }
        }
      } catch let error as LayerError {
        throw ImageContentError.layer(image: image.place, layer: image.layers[index].name, error)
      }
    }
    return root
  }

  private func read(_ index: Int, into queue: BoundedQueue<Batch>, on pool: NIOThreadPool) async throws {
    let layer = image.layers[index]
    if let batches = entries?.batches(of: layer) {
      try await pool.runIfActive { for batch in batches { try queue.push(batch) } }
      return queue.finish()
    }
    try await LayerBytes(image: image, layer: layer, passed: passed)
      .readEntries(on: pool) { try collect($0, of: layer, into: queue) }
    queue.finish()
  }

  private func collect(
    _ reader: LayerReader, of layer: ReadableImage.Layer, into queue: BoundedQueue<Batch>
  ) throws {
    var batches: [Batch] = []
    let keeps = entries?.wants(layer) ?? false
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.bufferSize, alignment: 64)
    defer { buffer.deallocate() }
    var batch = Batch()
    while let entry = try reader.next() {
      batch.add((entry, isDigesting && entry.hasContent ? try digest(reader, buffer) : nil))
      guard batch.weight >= Self.batchWeight else { continue }
      if keeps { batches.append(batch) }
      try queue.push(batch)
      batch = Batch()
    }
    try queue.push(batch)
    if keeps { entries?.keep(batches + [batch], of: layer) }
  }

  private func digest(_ reader: LayerReader, _ buffer: UnsafeMutableRawBufferPointer) throws -> Digest {
    var hasher = DigestHasher(.sha256)
    while case let count = try reader.read(into: buffer), count > 0 {
      hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
    return hasher.finalize()
  }
}

/// Hands out the layers in their order, each once.
private final class LayerTurns: Sendable {
  private let count = Atomic(0)

  func next() -> Int { count.add(1, ordering: .relaxed).oldValue }
}

/// The entries of layers that two images have at different places, so that each is read once.
final class EntryCache: Sendable {
  private let wanted: Set<Digest>
  private let kept = Mutex<[Digest: [RootMerger.Batch]]>([:])

  /// - Parameter layers: by ``ReadableImage/Layer/identity``.
  init(of layers: Set<Digest>) {
    wanted = layers
  }

  func wants(_ layer: ReadableImage.Layer) -> Bool { layer.identity.map(wanted.contains) ?? false }

  func batches(of layer: ReadableImage.Layer) -> [RootMerger.Batch]? {
    layer.identity.flatMap { identity in kept.withLock { $0[identity] } }
  }

  func keep(_ batches: [RootMerger.Batch], of layer: ReadableImage.Layer) {
    guard let identity = layer.identity else { return }
    kept.withLock { $0[identity] = batches }
  }
}
