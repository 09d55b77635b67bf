import HTTPAccess
import ImageModel
import NIOPosix
import RegistryClient
import Synchronization

/// Passes the rest of one blob on into a stream while it arrives over a single connection: where ranges of it are not to
/// be had, or where what stood on disk was not it.
struct InOrderCopy: Sendable {
  private let blob: Descriptor
  private let number: Int
  private let stream: OrderedStream
  private let position: Int64
  private let hasher: DigestHasher
  private let asksForAll: Bool

  /// - Parameters:
  ///   - number: the blob's, for the sources.
  ///   - position: how much has been passed on already.
  ///   - hasher: of what has been passed on.
  ///   - asksForAll: ask for the whole blob each time, and drop what is there already.
  init(
    _ blob: Descriptor, number: Int, stream: OrderedStream, position: Int64 = 0, hasher: DigestHasher? = nil,
    asksForAll: Bool = false
  ) {
    self.blob = blob
    self.number = number
    self.stream = stream
    self.position = position
    self.hasher = hasher ?? DigestHasher(blob.digest.algorithm)
    self.asksForAll = asksForAll
  }

  /// What has come and is not written yet, in bytes: more than a connection brings at once.
  private static let room = 1 << 20

  /// The bytes are written by a task of their own: a slow reader holds a thread that may wait, and none of a connection.
  ///
  /// - Throws: `RegistryError`; what the stream's `write` throws; `CancellationError`.
  func run(from sources: SourcePool) async throws {
    let queue = ArrivedBytes(room: Self.room)
    defer { queue.close() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await fetch(from: sources, into: queue)
        queue.finish()
      }
      group.addTask { try await write(queue, from: sources) }
      // One of them that fails is waited for by the other one.
      for try await _ in group {}
    }
  }

  private func fetch(from sources: SourcePool, into queue: ArrivedBytes) async throws {
    let receiver = InOrderReceiver(from: position, into: queue)
    var failures = 0
    var progress: Int64 = 0
    var asksForAll = asksForAll
    while receiver.position < blob.size {
      if let pause = queue.pause { await pause() }
      let start = receiver.position
      let source = try await sources.enter(for: number)
      defer { sources.leave(source) }
      let began = sources.now
      let counting = CountingReceiver(receiver) { sources.received($0, from: source) }
      do {
        let range = asksForAll ? 0..<blob.size : start..<blob.size
        try await sources.fetch(blob, range: range, from: source, lane: 0, receiver: counting)
        guard receiver.position > start else {
          throw RegistryError(.network(.connectionLost(host: sources.name(source))))
        }
      } catch let error as RegistryError {
        progress += receiver.position - start
        if progress >= sources.progressThatCounts { (failures, progress) = (0, 0) }
        // Nothing was read from the server while the reader of the stream took its time.
        if case .network(.stalled) = error.reason, queue.pause != nil { continue }
        if sources.goesElsewhere(source, number, after: error, requestBegan: began) { continue }
        if case .network(.wrongRange) = error.reason, !asksForAll {
          asksForAll = true
          continue
        }
        try await sources.pause(source, number, after: error, failures: &failures)
      }
    }
  }

  private func write(_ queue: ArrivedBytes, from sources: SourcePool) async throws {
    var (hasher, position) = (hasher, position)
    while let pieces = try await queue.next() {
      hasher = try await NIOThreadPool.singleton.runIfActive { [hasher, stream] in
        var hasher = hasher
        for piece in pieces {
          try piece.withUnsafeBytes {
            try stream.write($0)
            hasher.update($0)
          }
        }
        return hasher
      }
      position += pieces.reduce(0) { $0 + Int64($1.count) }
      stream.observe(.received(blob.digest, position: position, fetched: sources.bytesFetched))
    }
    try blob.check(hasher)
  }
}

/// Passes on what comes next in order, and drops what a server repeats.
private final class InOrderReceiver: BlobReceiver {
  private struct State {
    /// Where the next byte of the response belongs.
    var arriving: Int64 = 0
    /// How much has been passed on.
    var position: Int64
  }

  private let queue: ArrivedBytes
  private let state: Mutex<State>

  init(from position: Int64, into queue: ArrivedBytes) {
    self.queue = queue
    state = Mutex(State(position: position))
  }

  var position: Int64 { state.withLock { $0.position } }

  func begin(at offset: Int64, isWhole: Bool) {
    state.withLock { $0.arriving = offset }
  }

  func receive(_ bytes: UnsafeRawBufferPointer) {
    let count = Int64(bytes.count)
    let repeated = state.withLock { state in
      let repeated = min(max(state.position - state.arriving, 0), count)
      state.arriving += count
      state.position += count - repeated
      return repeated
    }
    if repeated < count { queue.add(Array(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(Int(repeated))))) }
  }

  var pause: ReceiverPause? { queue.pause }
}

/// Counts what comes before it passes it on.
final class CountingReceiver: BlobReceiver {
  private let receiver: any BlobReceiver
  private let count: @Sendable (Int) -> Void

  init(_ receiver: any BlobReceiver, count: @escaping @Sendable (Int) -> Void) {
    self.receiver = receiver
    self.count = count
  }

  func begin(at offset: Int64, isWhole: Bool) throws { try receiver.begin(at: offset, isWhole: isWhole) }

  func receive(_ bytes: UnsafeRawBufferPointer) throws {
    count(bytes.count)
    try receiver.receive(bytes)
  }

  var pause: ReceiverPause? { receiver.pause }
}
