import ImageModel
import RegistryClient
import Synchronization
import Waiting

/// Fetches blobs ahead of whoever takes them in order: in pieces, over several connections and from several sources.
///
/// What is ahead is held in memory, and is bounded: a slow taker makes the connections wait.
final class ReadAhead: Sendable {
  struct Limits: Sendable {
    /// The size of a piece, in bytes: large enough that a round trip for each does not show.
    var piece: Int64 = 4 << 20
    /// What may be fetched and not yet taken, in bytes.
    var window: Int64 = 64 << 20
    /// Pieces in the window.
    var pieces = 256
  }

  /// What became of a piece.
  enum Outcome: Sendable {
    case bytes([UInt8])
    /// This blob is not to be had in ranges: it must be fetched over one connection.
    case declined
  }

  static let tick: Duration = .milliseconds(100)
  /// Wrong answers to range requests, for one blob, before it is fetched in one stream.
  private static let wrongRangesPerBlob = 2

  let blobs: [Descriptor]
  let sources: SourcePool
  private let limits: Limits
  private let connections: Int
  private let change = ChangeSignal()
  private let state: Mutex<State>

  private struct State {
    var queue: PieceQueue
    var outcomes: [Int: Outcome] = [:]
    /// The number of the piece that is taken next.
    var next = 0
    var handedOut = 0
    /// Bytes handed out and not yet taken.
    var ahead: Int64 = 0
    var wrongRanges: [Int: Int] = [:]
    var declined: Set<Int> = []
  }

  init(
    blobs: [Descriptor], sources: SourcePool, connections: Int, limits: Limits = Limits()
  ) {
    self.blobs = blobs
    self.sources = sources
    self.connections = max(connections, 1)
    self.limits = limits
    state = Mutex(State(queue: PieceQueue(sizes: blobs.map(\.size), pieceSize: limits.piece)))
  }

  /// Fetches until everything has been handed out, or the task is cancelled.
  ///
  /// - Throws: `RegistryError`; `CancellationError`.
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
    change.notify()
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
        let hasRoom = state.ahead + count <= limits.window && state.handedOut - state.next < limits.pieces
        guard hasRoom || state.ahead == 0, let piece = state.queue.next() else { return (nil, false) }
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
  /// - Throws: `RegistryError`; `CancellationError`.
  func fetchAgain(_ blob: Int) async throws -> [UInt8] {
    let piece = PieceQueue.Piece(number: 0, blob: blob, range: 0..<blobs[blob].size)
    guard case .bytes(let bytes) = try await fetch(piece, lane: 0) else { return [] }
    return bytes
  }

  private func fetch(_ piece: PieceQueue.Piece, lane: Int) async throws -> Outcome {
    let blob = blobs[piece.blob]
    let receiver = PieceReceiver(piece, isWholeBlob: piece.count == blob.size)
    var failures = 0
    var progress: Int64 = 0
    while !receiver.rest.isEmpty {
      if state.withLock({ $0.declined.contains(piece.blob) }) { return .declined }
      let rest = receiver.rest
      let source = try await sources.enter(for: piece.blob)
      defer { sources.leave(source) }
      let began = sources.now
      let counting = CountingReceiver(receiver) { [sources] in sources.received($0, from: source) }
      do {
        try await sources.fetch(blob, range: rest, from: source, lane: lane, receiver: counting)
        guard receiver.rest.lowerBound > rest.lowerBound else {
          throw RegistryError(.network(.connectionLost(host: sources.name(source))))
        }
      } catch is PieceReceiver.RangesIgnored {
        return decline(piece.blob)
      } catch let error as RegistryError {
        progress += receiver.rest.lowerBound - rest.lowerBound
        if progress >= sources.progressThatCounts { (failures, progress) = (0, 0) }
        if sources.goesElsewhere(source, piece.blob, after: error, requestBegan: began) { continue }
        if case .network(.wrongRange) = error.reason {
          guard try isDeclined(piece.blob, after: error) else { continue }
          return decline(piece.blob)
        }
        try await sources.pause(source, piece.blob, after: error, failures: &failures)
      }
    }
    return .bytes(receiver.take())
  }

  /// Whether ranges of a blob are given up.
  ///
  /// - Throws: `error` for a blob that is asked for whole already.
  private func isDeclined(_ blob: Int, after error: RegistryError) throws -> Bool {
    let count = state.withLock { state in
      state.wrongRanges[blob, default: 0] += 1
      return state.wrongRanges[blob, default: 0]
    }
    guard count >= Self.wrongRangesPerBlob else { return false }
    guard blobs[blob].size > limits.piece else { throw error.after(tries: count) }
    return true
  }

  private func decline(_ blob: Int) -> Outcome {
    state.withLock { _ = $0.declined.insert(blob) }
    change.notify()
    return .declined
  }
}
