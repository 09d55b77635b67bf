import ImageModel
import Synchronization

/// A blob on its way to its place: which of its bytes are there, and the digest of those at its beginning.
///
/// The digest follows the contiguous frontier: bytes that arrive in order are digested from memory; those that came
/// early are read back, while they are still in the page cache, once the frontier reaches them.
final class PlacedBlob: Sendable {
  /// Several blobs may be read back at once: small enough for the processor's cache, and for the memory.
  private static let piece = 256 << 10
  /// How much is read back between two looks at whether the blob has begun anew.
  private static let readBack: Int64 = 8 << 20

  let sink: any BlobSink
  private let wasWhole: Bool
  private let state: Mutex<State>

  private struct State {
    var written: RangeSet
    var hasher: DigestHasher
    var digested: Int64 = 0
    /// Somebody is digesting: the hasher is theirs.
    var isDigesting = false
    /// Its completion has been told.
    var isReported = false
    /// Counts restarts: bytes of an earlier life are not taken.
    var generation = 0
  }

  /// What there is to do after bytes have been taken.
  enum FollowUp: Sendable {
    case nothing
    /// The frontier reached bytes that came early: ``catchUp()`` must run, off the connection's thread.
    case catchUp
    /// Every byte is digested.
    case complete
  }

  init(_ sink: any BlobSink) {
    self.sink = sink
    wasWhole = sink.held.contains(0..<sink.blob.size)
    state = Mutex(State(written: sink.held, hasher: DigestHasher(sink.blob.digest.algorithm)))
  }

  var descriptor: Descriptor { sink.blob }
  var written: RangeSet { state.withLock { $0.written } }
  var writtenCount: Int64 { state.withLock { $0.written.count } }
  /// The bytes at its beginning that are digested and not read again.
  var digestedCount: Int64 { state.withLock { $0.digested } }
  /// Whether all of it was there from before.
  var isKept: Bool { wasWhole && generation == 0 }
  var generation: Int { state.withLock { $0.generation } }

  /// Writes bytes at their place and digests them if they are next in order.
  ///
  /// - Throws: what the sink throws.
  func take(_ bytes: UnsafeRawBufferPointer, at position: Int64, generation: Int) throws -> FollowUp {
    guard !bytes.isEmpty else { return .nothing }
    let range = position..<position + Int64(bytes.count)
    let isNeeded = state.withLock { $0.generation == generation && !$0.written.contains(range) }
    guard isNeeded else { return .nothing }
    try sink.write(bytes, at: position)
    let mine = state.withLock { state -> DigestHasher? in
      guard state.generation == generation else { return nil }
      state.written.insert(range)
      // Bytes may overlap what is there already; only those that begin at the frontier go on from memory.
      guard !state.isDigesting, state.digested == position else { return nil }
      state.isDigesting = true
      return state.hasher
    }
    guard var hasher = mine else { return startCatchUp(generation: generation) }
    hasher.update(bytes)
    return state.withLock { state in
      guard state.generation == generation else { return .nothing }
      state.hasher = hasher
      state.digested = range.upperBound
      state.isDigesting = false
      return Self.next(&state, size: descriptor.size)
    }
  }

  /// Takes note of bytes that came to their place in another way than through memory.
  func placed(_ range: Range<Int64>, generation: Int) -> FollowUp {
    state.withLock { state in
      guard state.generation == generation else { return .nothing }
      state.written.insert(range)
      return Self.next(&state, size: descriptor.size)
    }
  }

  /// Looks whether the bytes at the frontier are already there.
  ///
  /// - Parameter generation: that of whoever asks; nil before the first bytes.
  func startCatchUp(generation: Int? = nil) -> FollowUp {
    state.withLock { state in
      generation == nil || generation == state.generation ? Self.next(&state, size: descriptor.size) : .nothing
    }
  }

  private static func next(_ state: inout State, size: Int64) -> FollowUp {
    guard !state.isDigesting else { return .nothing }
    if state.digested == size {
      defer { state.isReported = true }
      return state.isReported ? .nothing : .complete
    }
    guard state.written.contiguousEnd(from: state.digested) > state.digested else { return .nothing }
    state.isDigesting = true
    return .catchUp
  }

  /// Digests what came early. Runs on a thread that may block.
  ///
  /// - Returns: what there is to do now.
  /// - Throws: what the sink throws.
  func catchUp() throws -> FollowUp {
    var (hasher, position, generation) = state.withLock { ($0.hasher, $0.digested, $0.generation) }
    while true {
      let end = state.withLock { state -> Int64? in
        guard state.generation == generation else { return nil }
        let end = state.written.contiguousEnd(from: position)
        guard end > position else {
          state.hasher = hasher
          state.digested = position
          state.isDigesting = false
          return nil
        }
        return min(end, position + Self.readBack)
      }
      guard let end else { return startCatchUp(generation: generation) }
      // A file that is shorter than was written is cut off behind us: the digest will say so.
      try hasher.update(position..<end, piece: Self.piece) { try sink.read(into: $0, at: $1) }
      position = end
    }
  }

  /// The digest of what is there, once it is complete.
  func digest() -> Digest {
    state.withLock { state in
      let hasher = state.hasher
      return hasher.finalize()
    }
  }

  /// The digests of some of its bytes, as they are in their place now. Runs on a thread that may block.
  ///
  /// - Throws: what the sink throws.
  func digests(of ranges: [Range<Int64>]) throws -> [Digest] {
    try ranges.map { range in
      var hasher = DigestHasher(.sha256)
      try hasher.update(range, piece: Self.piece) { try sink.read(into: $0, at: $1) }
      return hasher.finalize()
    }
  }

  /// Forgets every byte: they are wrong.
  func restart() {
    state.withLock { state in
      state.written = RangeSet()
      state.hasher = DigestHasher(descriptor.digest.algorithm)
      state.digested = 0
      state.isDigesting = false
      state.isReported = false
      state.generation += 1
    }
  }
}
