import BlobTransfer
import ImageModel
import SeededRandom
import Synchronization
import Waiting

/// Blobs in memory, served with the faults that a test chooses.
final class MemorySource: BlobSource {
  struct Character: Sendable {
    /// Requests that fail, in all.
    var faults = 0
    /// What they fail with.
    var kinds: [FailureKind] = [.connectionLost, .transient, .stalled]
    /// Of hundred requests, how many come with a wrong byte.
    var lies = 0
    var ignoresRanges = false
    /// Blobs that it does not have.
    var lacks: Set<Digest> = []
    /// Responses end after so many bytes at most, in order.
    var shortest = Int.max
    /// Waits before each piece, on the test's clock.
    var pause: Duration?
  }

  let name: String
  let isMirror: Bool
  private let character: Character

  var ignoresRanges: Bool { character.ignoresRanges }
  private let blobs: [Digest: [UInt8]]
  private let clock: any Clock<Duration>
  private let state: Mutex<State>

  private struct State {
    var random: SeededRandom
    var faults: Int
    var requests: [(blob: Digest, range: Range<Int64>)] = []
    var liesTold = 0
  }

  init(
    _ name: String, isMirror: Bool = false, _ blobs: [MemoryBlob], _ character: Character = Character(),
    seed: UInt64 = 0, clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.name = name
    self.isMirror = isMirror
    self.character = character
    self.blobs = Dictionary(blobs.map { ($0.descriptor.digest, $0.bytes) }) { first, _ in first }
    self.clock = clock
    state = Mutex(State(random: SeededRandom(seed: seed), faults: character.faults))
  }

  func nothingCame(of blob: Descriptor) -> any RetriableFailure { Fault(.connectionLost) }
  var requests: [(blob: Digest, range: Range<Int64>)] { state.withLock { $0.requests } }
  var liesTold: Int { state.withLock { $0.liesTold } }

  func fetch(_ blob: Descriptor, range: Range<Int64>, lane: Int, receiver: any BlobReceiver) async throws {
    guard let bytes = blobs[blob.digest], !character.lacks.contains(blob.digest) else { throw Fault(.absent) }
    let sent = character.ignoresRanges ? 0..<blob.size : range
    let (end, fault, lie) = state.withLock { state -> (Int64, FailureKind?, Int64?) in
      state.requests.append((blob.digest, range))
      var end = sent.lowerBound + min(Int64(sent.count), Int64(clamping: character.shortest))
      var fault: FailureKind?
      if state.faults > 0, Bool.random(using: &state.random) {
        state.faults -= 1
        fault = character.kinds.randomElement(using: &state.random)
        end = .random(in: sent.lowerBound...end, using: &state.random)
      }
      let lies = Int.random(in: 0..<100, using: &state.random) < character.lies && end > sent.lowerBound
      return (end, fault, lies ? .random(in: sent.lowerBound..<end, using: &state.random) : nil)
    }
    if fault == .wrongRange { throw Fault(.wrongRange) }
    try receiver.begin(at: sent.lowerBound, isWhole: sent == 0..<blob.size)
    for start in stride(from: sent.lowerBound, to: end, by: MemoryBlob.piece) {
      if let pause = character.pause { try await clock.sleep(for: pause) }
      try Task.checkCancellation()
      var piece = Array(bytes[Int(start)..<Int(min(start + Int64(MemoryBlob.piece), end))])
      if let lie, (start..<start + Int64(piece.count)).contains(lie) { piece[Int(lie - start)] ^= 1 }
      try piece.withUnsafeBytes { try receiver.receive($0) }
      if let lie, (start..<start + Int64(piece.count)).contains(lie) { state.withLock { $0.liesTold += 1 } }
      await receiver.pause?()
      await Task.yield()
    }
    if let fault { throw Fault(fault) }
  }
}

struct MemoryBlob: Sendable {
  /// Bytes that arrive at once.
  static let piece = 16 << 10

  let descriptor: Descriptor
  let bytes: [UInt8]

  init(size: Int, using random: inout SeededRandom) {
    let block = random.bytes(count: 997)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size + block.count)
    while bytes.count < size {
      // No two blocks are equal.
      withUnsafeBytes(of: bytes.count) { bytes.append(contentsOf: $0) }
      bytes.append(contentsOf: block)
    }
    self.bytes = Array(bytes.prefix(size))
    descriptor = Descriptor(mediaType: .ociLayer, digest: .hash(self.bytes), size: Int64(size))
  }

  /// Mostly small ones, and now and then one of several claims.
  static func some(_ count: Int, using random: inout SeededRandom) -> [MemoryBlob] {
    (0..<count).map { _ in
      let size = Int.random(in: 0..<16, using: &random)
      return MemoryBlob(
        size: .random(in: size == 0 ? 5_000_000...10_000_000 : 0...200_000, using: &random), using: &random)
    }
  }
}
