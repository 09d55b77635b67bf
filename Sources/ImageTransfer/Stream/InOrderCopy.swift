import ImageModel
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

  /// - Throws: `RegistryError`; what the stream's `write` throws; `CancellationError`.
  func run(from sources: SourcePool) async throws {
    let receiver = InOrderReceiver(from: position, hasher: hasher, write: stream.write) { [stream, blob] position in
      stream.observe(.received(blob.digest, position: position, fetched: sources.bytesFetched))
    }
    var failures = 0
    var progress: Int64 = 0
    var asksForAll = asksForAll
    while receiver.position < blob.size {
      let start = receiver.position
      let source = try await sources.enter(for: number)
      defer { sources.leave(source) }
      let began = sources.now
      let counting = CountingReceiver(receiver) { sources.received($0, from: source) }
      do {
        let range = asksForAll ? 0..<blob.size : start..<blob.size
        try await sources.fetch(blob, range: range, from: source, lane: 0, receiver: counting)
        guard receiver.position > start else { throw RegistryError(.connectionLost(host: sources.name(source))) }
      } catch let error as RegistryError {
        progress += receiver.position - start
        if progress >= sources.progressThatCounts { (failures, progress) = (0, 0) }
        if sources.goesElsewhere(source, number, after: error, requestBegan: began) { continue }
        if case .wrongRange = error.reason, !asksForAll {
          asksForAll = true
          continue
        }
        try await sources.pause(source, number, after: error, failures: &failures)
      }
    }
    try blob.check(receiver.hasher)
  }
}

/// Passes on what comes next in order, and drops what a server repeats.
private final class InOrderReceiver: BlobReceiver {
  private struct State {
    /// Where the next byte of the response belongs.
    var arriving: Int64 = 0
    /// How much has been passed on.
    var position: Int64
    var hasher: DigestHasher
  }

  private let write: @Sendable (UnsafeRawBufferPointer) throws -> Void
  private let passedOn: @Sendable (Int64) -> Void
  private let state: Mutex<State>

  init(
    from position: Int64, hasher: DigestHasher, write: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void,
    passedOn: @escaping @Sendable (Int64) -> Void
  ) {
    self.write = write
    self.passedOn = passedOn
    state = Mutex(State(position: position, hasher: hasher))
  }

  var position: Int64 { state.withLock { $0.position } }

  var hasher: DigestHasher { state.withLock { $0.hasher } }

  func begin(at offset: Int64, isWhole: Bool) {
    state.withLock { $0.arriving = offset }
  }

  func receive(_ bytes: UnsafeRawBufferPointer) throws {
    let position = try state.withLock { state in
      let repeated = min(max(state.position - state.arriving, 0), Int64(bytes.count))
      state.arriving += Int64(bytes.count)
      let fresh = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(Int(repeated)))
      try write(fresh)
      state.hasher.update(fresh)
      state.position += Int64(fresh.count)
      return state.position
    }
    passedOn(position)
  }
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
}
