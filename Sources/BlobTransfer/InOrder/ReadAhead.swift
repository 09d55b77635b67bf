import ImageModel
import NIOCore
import Synchronization
import Waiting

/// Fetches blobs ahead of whoever takes them in order: in pieces, over several connections and from several sources.
///
/// What is ahead is held in memory, and is bounded: a slow taker makes the connections wait.
package final class ReadAhead: Sendable {
  /// The longest request where one connection brings enough, in bytes: a line that becomes slow is soon left for several.
  package static let longest: Int64 = 16 << 20

  package struct Limits: Sendable {
    /// The size of a piece, in bytes: large enough that a round trip for each does not show.
    package var piece: Int64
    /// What is had whatever others hold, in bytes. A blob of no more is passed on as a whole.
    package var assured: Int64
    /// What is asked for at once where one connection brings enough, of which no more than a piece is held.
    package var longest: Int64
    /// What may be fetched and not yet taken.
    package var memory: ReadAheadMemory
    /// Pieces in it.
    package var pieces: Int

    /// - Parameters:
    ///   - assured: nil for a piece.
    ///   - longest: nil for a piece.
    package init(
      piece: Int64 = 4 << 20, assured: Int64? = nil, longest: Int64? = nil, memory: ReadAheadMemory = ReadAheadMemory(),
      pieces: Int = 256
    ) {
      self.piece = piece
      self.assured = min(assured ?? piece, piece)
      self.longest = longest ?? piece
      self.memory = memory
      self.pieces = pieces
    }

    /// For what a server hands on to its clients, of whom there may be many.
    package static func server(_ memory: ReadAheadMemory) -> Limits {
      Limits(assured: 1 << 20, longest: ReadAhead.longest, memory: memory)
    }
  }

  /// What became of a blob.
  enum Outcome: Sendable {
    /// What comes next of it.
    case bytes([ByteBuffer])
    /// This blob is not to be had in ranges: it must be fetched over one connection.
    case declined
  }

  let blobs: [OrderedBlob]
  let sources: SourcePool
  let limits: Limits
  private let state: Mutex<State>
  /// Notified of bytes.
  private let arrival = ChangeSignal()

  /// Notified when more may be asked for.
  private var change: ChangeSignal { limits.memory.change }

  private struct State {
    var queue: PieceQueue
    /// What is asked for, in order, until all of it was taken.
    var pieces: [PieceReceiver] = []
    /// Connections that do nothing.
    var lanes: [Int]
    var length: RequestLength
    var wrongRanges = WrongRanges()
    var declined: Set<Int> = []
    var hasFailed = false
    /// Bytes of memory that the taker needs until it has passed on what it took.
    var lent: Int64 = 0

    /// Bytes that were asked for and have not come.
    var missing: Int64 { pieces.reduce(0) { $0 + Int64($1.rest.count) } }
  }

  init(_ blobs: [OrderedBlob], from sources: SourcePool, connections: Int, limits: Limits) {
    self.blobs = blobs
    self.sources = sources
    self.limits = limits
    state = Mutex(
      State(
        queue: PieceQueue(blobs.map(\.range)), lanes: (0..<max(connections, 1)).reversed(),
        length: RequestLength(
          least: limits.piece, most: limits.longest, count: sources.requestLength ?? limits.piece)))
  }

  /// Fetches until everything has been asked for and has come, or the task is cancelled.
  ///
  /// - Throws: ``RetriableFailure``; `CancellationError`.
  func run() async throws {
    try await withThrowingDiscardingTaskGroup { group in
      while let (piece, lane) = try await nextPiece() {
        group.addTask { try await self.fetch(piece, lane: lane) }
      }
    }
  }

  /// What comes next, in order, once there is any of it. ``passedOn()`` must follow before more is taken.
  ///
  /// - Parameter most: bytes.
  /// - Throws: `CancellationError`.
  func take(_ most: Int64) async throws -> Outcome {
    while true {
      try Task.checkCancellation()
      let generation = arrival.generation
      let now = sources.stopwatch.elapsed
      let outcome = state.withLock { state -> Outcome? in
        guard let first = state.pieces.first else {
          state.length.waits(at: now)
          return nil
        }
        guard !state.declined.contains(first.piece.blob) else {
          leave(first.piece.blob, &state)
          return .declined
        }
        let (bytes, freed) = first.take(most)
        state.lent += freed
        guard !bytes.isEmpty else {
          state.length.waits(at: now)
          return nil
        }
        state.length.took(bytes.reduce(0) { $0 + Int64($1.readableBytes) }, at: now)
        if first.isTaken { state.pieces.removeFirst() }
        return .bytes(bytes)
      }
      if let outcome { return outcome }
      try await arrival.wait(since: generation)
    }
  }

  /// Forgets a blob that is fetched otherwise.
  private func leave(_ blob: Int, _ state: inout State) {
    for receiver in state.pieces where receiver.piece.blob == blob { state.lent += receiver.close() }
    state.pieces.removeAll { $0.piece.blob == blob }
    state.queue.leave(blob)
  }

  /// Makes room: what was taken has been passed on.
  func passedOn() {
    let count = state.withLock { state in
      defer { state.lent = 0 }
      return state.lent
    }
    if count > 0 { limits.memory.give(count) }
  }

  /// Gives up the memory of what is not taken any more.
  func close() {
    limits.memory.give(
      state.withLock { state in
        defer { (state.lent, state.pieces) = (0, []) }
        return state.pieces.reduce(state.lent) { $0 + $1.close() }
      })
  }

  // MARK: Connections

  /// A piece to be fetched and a connection for it, once there is room for its bytes; nil at the end, or after a failure.
  private func nextPiece() async throws -> (PieceReceiver, lane: Int)? {
    while true {
      try Task.checkCancellation()
      let generation = change.generation
      let now = sources.stopwatch.elapsed
      let (next, isOver) = state.withLock { state -> ((PieceReceiver, lane: Int)?, Bool) in
        if state.length.measure(at: now) { sources.requestLength = state.length.count }
        var most = state.length.count
        guard !state.hasFailed, let count = state.queue.nextCount(most: most) else { return (nil, true) }
        let isNext = state.pieces.isEmpty && state.lent == 0
        guard let lane = state.lanes.last, isNext || isWanted(state) else { return (nil, false) }
        var room = min(count, limits.piece)
        if !limits.memory.take(room, always: false) {
          // What is wanted next always has some.
          guard isNext else { return (nil, false) }
          most = min(most, limits.assured)
          room = min(count, limits.assured)
          _ = limits.memory.take(room, always: true)
        }
        guard let piece = state.queue.next(most: most) else { return (nil, true) }
        state.lanes.removeLast()
        let receiver = PieceReceiver(
          piece, isWholeBlob: piece.range == 0..<blobs[piece.blob].descriptor.size, room: room, arrived: arrival)
        state.pieces.append(receiver)
        return ((receiver, lane), false)
      }
      if next != nil || isOver { return next }
      try await change.wait(since: generation)
    }
  }

  /// Whether more is to be asked for beside what is on its way.
  private func isWanted(_ state: State) -> Bool {
    state.pieces.count < limits.pieces && (!state.length.isLong || state.missing <= limits.piece)
  }

  /// Fetches a blob of one piece once more.
  ///
  /// - Throws: ``RetriableFailure``; `CancellationError`.
  func fetchAgain(_ blob: Int) async throws -> [ByteBuffer] {
    let receiver = PieceReceiver(
      PieceQueue.Piece(number: 0, blob: blob, range: blobs[blob].range), isWholeBlob: true)
    _ = try await bring(receiver, lane: 0)
    return receiver.take(.max).bytes
  }

  private func fetch(_ receiver: PieceReceiver, lane: Int) async throws {
    let outcome: Result<Bool, any Error>
    do { outcome = .success(try await bring(receiver, lane: lane)) } catch { outcome = .failure(error) }
    state.withLock { state in
      state.lanes.append(lane)
      switch outcome {
      case .success(let came): if !came { state.declined.insert(receiver.piece.blob) }
      case .failure: state.hasFailed = true
      }
    }
    arrival.notify()
    change.notify()
    _ = try outcome.get()
  }

  /// - Returns: false where the blob is not to be had in ranges.
  private func bring(_ receiver: PieceReceiver, lane: Int) async throws -> Bool {
    let piece = receiver.piece
    let blob = blobs[piece.blob]
    let isWhole = piece.range == 0..<blob.descriptor.size
    var tries = TryCount()
    while !receiver.rest.isEmpty {
      // A connection that was cut while nobody took what it brought.
      await receiver.pause?()
      if state.withLock({ $0.declined.contains(piece.blob) }) { return false }
      let source = try await sources.enter(for: blob.number, isSmall: blob.isSmall)
      defer { sources.leave(source) }
      let outcome = try await sources.request(
        blob.descriptor, number: blob.number, range: receiver.rest, from: source, lane: lane,
        receiver: CountingReceiver(receiver) { [sources] in sources.received($0, from: source) }, tries: &tries,
        position: { receiver.rest.lowerBound })
      switch outcome {
      case .goOn, .switchSource: continue
      // It sends whole blobs.
      case .ended: return false
      case .wrongRange(let error):
        if state.withLock({ $0.declined.contains(piece.blob) }) { return false }
        switch state.withLock({ $0.wrongRanges.note(piece.blob) }) {
        case .askAgain: continue
        // It is asked for whole already.
        case .askForAll where isWhole: continue
        case .askForAll: return false
        case .giveUp(let tries): throw error.after(tries: tries)
        }
      }
    }
    return true
  }
}
