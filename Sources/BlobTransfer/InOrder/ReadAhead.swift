import ImageModel
import NIOCore
import Synchronization
import Waiting

/// Fetches blobs ahead of whoever takes them in order: in pieces, over several connections and from several sources.
///
/// What is ahead is held in memory, and is bounded: a slow taker makes the connections wait.
package final class ReadAhead: Sendable {
  package struct Limits: Sendable {
    /// The size of a piece, in bytes: large enough that a round trip for each does not show.
    package var piece: Int64
    /// What may be fetched and not yet taken.
    package var memory: ReadAheadMemory
    /// Pieces in it.
    package var pieces: Int

    package init(piece: Int64 = 4 << 20, memory: ReadAheadMemory = ReadAheadMemory(), pieces: Int = 256) {
      self.piece = piece
      self.memory = memory
      self.pieces = pieces
    }
  }

  /// What became of a piece.
  enum Outcome: Sendable {
    case bytes(ByteBuffer)
    /// This blob is not to be had in ranges: it must be fetched over one connection.
    case declined
  }

  let blobs: [OrderedBlob]
  let sources: SourcePool
  let limits: Limits
  private let connections: Int
  private let state: Mutex<State>

  private var change: ChangeSignal { limits.memory.change }

  private struct State {
    var queue: PieceQueue
    var outcomes: [Int: Outcome] = [:]
    /// The number of the piece that is taken next.
    var next = 0
    var handedOut = 0
    /// Bytes handed out and not yet taken.
    var ahead: Int64 = 0
    var wrongRanges = WrongRanges()
    var declined: Set<Int> = []
  }

  init(_ blobs: [OrderedBlob], from sources: SourcePool, connections: Int, limits: Limits) {
    self.blobs = blobs
    self.sources = sources
    self.connections = max(connections, 1)
    self.limits = limits
    state = Mutex(State(queue: PieceQueue(blobs.map(\.range), pieceSize: limits.piece)))
  }

  /// Fetches until everything has been handed out, or the task is cancelled.
  ///
  /// - Throws: ``RetriableFailure``; `CancellationError`.
  func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for lane in 0..<connections { group.addTask { try await self.fetchPieces(lane: lane) } }
      // `waitForAll` would wait for those that wait for room, which nobody makes after a failure.
      for try await _ in group {}
    }
  }

  /// The next piece, in order. ``passedOn(_:)`` must follow before the one after it is taken.
  ///
  /// - Throws: `CancellationError`.
  func take() async throws -> Outcome {
    while true {
      try Task.checkCancellation()
      let generation = change.generation
      let outcome = state.withLock { state in state.outcomes.removeValue(forKey: state.next) }
      if let outcome { return outcome }
      try await change.wait(since: generation)
    }
  }

  /// Makes room: the piece that was taken has been passed on.
  func passedOn(_ count: Int64) {
    state.withLock { state in
      state.next += 1
      state.ahead -= count
    }
    limits.memory.give(count)
  }

  /// Gives up the memory of what is not taken any more.
  func close() {
    limits.memory.give(
      state.withLock { state in
        defer { (state.ahead, state.outcomes) = (0, [:]) }
        return state.ahead
      })
  }

  // MARK: Connections

  private func fetchPieces(lane: Int) async throws {
    while let piece = try await nextPiece() {
      let outcome = try await fetch(piece, lane: lane)
      state.withLock { $0.outcomes[piece.number] = outcome }
      change.notify()
    }
  }

  private func nextPiece() async throws -> PieceQueue.Piece? {
    while true {
      try Task.checkCancellation()
      let generation = change.generation
      let (piece, isOver) = state.withLock { state -> (PieceQueue.Piece?, Bool) in
        guard let count = state.queue.nextCount else { return (nil, true) }
        // The piece that is wanted next always has room.
        let isNext = state.ahead == 0
        guard isNext || state.handedOut - state.next < limits.pieces, limits.memory.take(count, always: isNext),
          let piece = state.queue.next()
        else { return (nil, false) }
        state.ahead += count
        state.handedOut += 1
        return (piece, false)
      }
      if piece != nil || isOver { return piece }
      try await change.wait(since: generation)
    }
  }

  /// Fetches a blob of one piece once more.
  ///
  /// - Throws: ``RetriableFailure``; `CancellationError`.
  func fetchAgain(_ blob: Int) async throws -> ByteBuffer {
    let piece = PieceQueue.Piece(number: 0, blob: blob, range: blobs[blob].range)
    guard case .bytes(let bytes) = try await fetch(piece, lane: 0) else { return ByteBuffer() }
    return bytes
  }

  private func fetch(_ piece: PieceQueue.Piece, lane: Int) async throws -> Outcome {
    let blob = blobs[piece.blob]
    let receiver = PieceReceiver(piece, isWholeBlob: piece.range == 0..<blob.descriptor.size)
    var tries = TryCount()
    while !receiver.rest.isEmpty {
      if state.withLock({ $0.declined.contains(piece.blob) }) { return .declined }
      let source = try await sources.enter(for: blob.number, isSmall: blob.isSmall)
      defer { sources.leave(source) }
      let outcome = try await sources.request(
        blob.descriptor, number: blob.number, range: receiver.rest, from: source, lane: lane,
        receiver: CountingReceiver(receiver) { [sources] in sources.received($0, from: source) }, tries: &tries,
        position: { receiver.rest.lowerBound })
      switch outcome {
      case .goOn, .switchSource: continue
      // It sends whole blobs.
      case .ended: return decline(piece.blob)
      case .wrongRange(let error):
        if state.withLock({ $0.declined.contains(piece.blob) }) { return .declined }
        switch state.withLock({ $0.wrongRanges.note(piece.blob) }) {
        case .askAgain: continue
        // It is asked for whole already.
        case .askForAll where piece.range == 0..<blob.descriptor.size: continue
        case .askForAll: return decline(piece.blob)
        case .giveUp(let tries): throw error.after(tries: tries)
        }
      }
    }
    return .bytes(receiver.take())
  }

  private func decline(_ blob: Int) -> Outcome {
    state.withLock { _ = $0.declined.insert(blob) }
    change.notify()
    return .declined
  }
}
