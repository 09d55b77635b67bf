import ImageModel
import NIOCore
import Synchronization
import Waiting

/// Passes the rest of one blob on while it arrives over a single connection: where ranges of it are not to be had, or where
/// what was to be copied was not it.
extension InOrderTransfer {
  /// What has come and is not passed on yet, in bytes: more than a connection brings at once.
  private static let room = 1 << 20

  /// The bytes are passed on by a task of their own: a slow reader holds no thread of a connection.
  ///
  /// - Parameters:
  ///   - position: what is below has been passed on already.
  ///   - hasher: of what has been passed on.
  ///   - asksForAll: ask for the whole blob each time, and drop what is there already.
  func passAlone(
    _ blob: OrderedBlob, from position: Int64, hasher: DigestHasher?, asksForAll: Bool
  ) async throws {
    let queue = ArrivedBytes(room: Self.room)
    defer { queue.close() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await fetch(blob, from: position, asksForAll: asksForAll, into: queue)
        queue.finish()
      }
      group.addTask { try await passOn(queue, blob, from: position, hasher: hasher) }
      // One of them that fails is waited for by the other one.
      for try await _ in group {}
    }
  }

  private func fetch(
    _ blob: OrderedBlob, from position: Int64, asksForAll: Bool, into queue: ArrivedBytes
  ) async throws {
    let sources = ahead.sources
    let end = blob.range.upperBound
    let receiver = InOrderReceiver(position..<end, into: queue)
    var tries = TryCount()
    var asksForAll = asksForAll
    while receiver.position < end {
      if let pause = queue.pause { await pause() }
      let source = try await sources.enter(for: blob.number)
      defer { sources.leave(source) }
      let outcome = try await sources.request(
        blob.descriptor, number: blob.number,
        range: asksForAll ? 0..<blob.descriptor.size : receiver.position..<end, from: source, lane: 0,
        receiver: CountingReceiver(receiver) { sources.received($0, from: source) }, tries: &tries,
        position: { receiver.position })
      guard case .wrongRange(let error) = outcome else { continue }
      guard !asksForAll else { throw sources.final(error, for: blob.number, tries: tries.failures + 1) }
      asksForAll = true
    }
  }

  private func passOn(
    _ queue: ArrivedBytes, _ blob: OrderedBlob, from start: Int64, hasher: DigestHasher?
  ) async throws {
    guard let hasher else { return try await passOn(queue, blob, from: start, hasher: nil, into: sink) }
    let holding = HoldingSink(sink)
    try await passOn(queue, blob, from: start, hasher: hasher, into: holding)
    try await holding.release()
  }

  private func passOn(
    _ queue: ArrivedBytes, _ blob: OrderedBlob, from start: Int64, hasher: DigestHasher?, into place: any ByteSink
  ) async throws {
    var (hasher, position) = (hasher, start)
    while let pieces = try await queue.next() {
      position += pieces.reduce(0) { $0 + Int64($1.readableBytes) }
      if let before = hasher {
        hasher = try await digested(pieces, before, of: blob, isLast: position == blob.range.upperBound)
      }
      try await place.write(pieces)
      report(blob, position)
    }
  }
}

/// Passes on what comes next in order, drops what a server repeats, and wants nothing behind its end.
private final class InOrderReceiver: BlobReceiver {
  private struct State {
    /// Where the next byte of the response belongs.
    var arriving: Int64 = 0
    /// How much has been passed on.
    var position: Int64
  }

  private let queue: ArrivedBytes
  private let end: Int64
  private let state: Mutex<State>

  init(_ range: Range<Int64>, into queue: ArrivedBytes) {
    self.queue = queue
    end = range.upperBound
    state = Mutex(State(position: range.lowerBound))
  }

  var position: Int64 { state.withLock { $0.position } }

  func begin(at offset: Int64, isWhole: Bool) {
    state.withLock { $0.arriving = offset }
  }

  func receive(_ bytes: UnsafeRawBufferPointer) throws {
    let (wanted, isBeyond) = state.withLock { state -> (Range<Int>, Bool) in
      let arrived = state.arriving..<state.arriving + Int64(bytes.count)
      let new = (state.position..<max(end, state.position)).clamped(to: arrived)
      state.arriving = arrived.upperBound
      state.position += Int64(new.count)
      let start = Int(new.lowerBound - arrived.lowerBound)
      return (start..<start + new.count, arrived.upperBound > end)
    }
    if !wanted.isEmpty { queue.add(ByteBuffer(bytes: bytes[wanted])) }
    if isBeyond { throw EnoughReceived() }
  }

  var pause: ReceiverPause? { queue.pause }
}
