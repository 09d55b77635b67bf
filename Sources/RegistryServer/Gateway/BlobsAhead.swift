import BlobTransfer
import ImageCopy
import ImageModel
import Waiting

/// The blobs of an archive that go through the cache: the next ones are fetched while one is sent.
///
/// At the end ``kept()`` or ``giveUp()`` must follow.
struct BlobsAhead {
  /// Bytes that may be fetched before they are sent, and blobs.
  private static let limit = (bytes: Int64(64 << 20), count: 8)

  private let here: LocalBlobs
  private let cache: BlobCache
  private let fetch: @Sendable (Descriptor) -> BlobCache.Fetch
  /// In the order in which they are sent.
  private var waiting: ArraySlice<Descriptor>
  private var begun: [(blob: Descriptor, number: Int)] = []
  /// What is being written to the disk after it was sent.
  private var keeping: [Task<Void, Never>] = []

  /// - Parameters:
  ///   - blobs: in the order in which they are sent; some of them may be here.
  ///   - fetch: how each is had of a registry.
  init(
    _ blobs: [Descriptor], _ here: LocalBlobs, _ cache: BlobCache,
    fetch: @escaping @Sendable (Descriptor) -> BlobCache.Fetch
  ) {
    self.here = here
    self.cache = cache
    self.fetch = fetch
    waiting = blobs[...]
  }

  /// Hands all of a blob over, the first one that has not been sent and is not here.
  ///
  /// - Throws: as ``BlobCache/send(_:_:to:fetch:)``.
  mutating func send(_ blob: Descriptor, to writer: any AnswerWriter) async throws {
    // Those before it were here by the time of their turn.
    leave(begun.firstIndex { $0.blob == blob } ?? begun.count)
    if let index = waiting.firstIndex(of: blob) { waiting = waiting[index...] }
    while begun.isEmpty || begun.count < Self.limit.count && begun.reduce(0, { $0 + $1.blob.size }) < Self.limit.bytes,
      let next = waiting.popFirst()
    {
      if try await here.has(next.digest) { continue }
      if let number = try await cache.begin(next, fetch: fetch(next)) { begun.append((next, number)) }
    }
    try await cache.send(blob, 0..<blob.size, to: writer, fetch: fetch(blob))
    if begun.first?.blob == blob { leave(1) }
  }

  private mutating func leave(_ count: Int) {
    for (blob, number) in begun.prefix(count) {
      if let task = cache.leave(blob.digest, number) { keeping.append(task) }
    }
    begun.removeFirst(count)
  }

  /// Waits until the disk has what was sent.
  mutating func kept() async {
    leave(begun.count)
    for task in keeping { await task.value }
  }

  /// What is not sent is not fetched any further.
  func giveUp() {
    for (blob, number) in begun { cache.leave(blob.digest, number) }
  }
}
