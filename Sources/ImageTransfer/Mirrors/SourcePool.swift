import HTTPAccess
import ImageModel
import RegistryClient
import Synchronization
import Waiting

/// Several sources of the same blobs for whoever fetches one range after another: a ``SourceBoard`` chooses, and each
/// source has its own patience.
final class SourcePool: Sendable {
  let sources: [any BlobSource]
  private let connections: Int
  private let retrier: Retrier
  private let stopwatch: Stopwatch
  private let gates: [PatienceGate]
  private let change = ChangeSignal()
  private let observe: @Sendable (SourceBoard.News) -> Void
  private let state: Mutex<State>

  private struct State {
    var board: SourceBoard
    var fetched: Int64 = 0
  }

  /// - Parameters:
  ///   - sources: best first, the origin last.
  ///   - blobs: what they are asked for, by its numbers.
  ///   - bytesPerSecond: nil for no limit.
  ///   - isForSmallBlobs: what is fetched is many short requests.
  init(
    _ sources: [any BlobSource], blobs: [Digest], connections: Int, bytesPerSecond: Int64?,
    isForSmallBlobs: Bool, retrier: Retrier,
    observe: @escaping @Sendable (SourceBoard.News) -> Void
  ) {
    self.sources = sources
    self.connections = max(connections, 1)
    self.retrier = retrier
    self.observe = observe
    let stopwatch = Stopwatch(retrier.clock)
    self.stopwatch = stopwatch
    gates = sources.map { _ in PatienceGate(stopwatch: stopwatch, limit: retrier.policy.longestPatience) }
    var board = SourceBoard(sources, blobs: blobs, connections: connections, bytesPerSecond: bytesPerSecond)
    if isForSmallBlobs { board.allowAllConnections() }
    state = Mutex(State(board: board))
  }

  /// Bytes that came over the network.
  var bytesFetched: Int64 { state.withLock { $0.fetched } }

  var now: Duration { stopwatch.elapsed }

  /// Bytes that make a line count as moving forward.
  var progressThatCounts: Int64 { retrier.policy.progressThatCounts }

  func name(_ source: Int) -> String { sources[source].name }

  /// How many sources a blob may be asked of in all.
  func count(for blob: Int) -> Int { state.withLock { $0.board.count(for: blob) } }

  func received(_ count: Int, from source: Int) {
    state.withLock { state in
      state.fetched += Int64(count)
      state.board[source].received(Int64(count))
    }
  }

  /// Waits for a source that may be asked for a blob; ``leave(_:)`` must follow.
  ///
  /// - Throws: `RegistryError` where none has it; `CancellationError`.
  func enter(for blob: Int) async throws -> Int {
    while true {
      try Task.checkCancellation()
      let generation = change.generation
      let now = stopwatch.elapsed
      let source = try state.withLock { state -> Int? in
        let board = state.board
        let candidate = board.candidates(at: now, connections: connections).first { candidate in
          board.allows(candidate.source, blob)
            && !(candidate.isLastResort && board.hasAlternative(to: candidate.source, for: blob))
        }
        guard let source = candidate?.source else {
          if let failure = board.failure(for: blob) { throw failure }
          return nil
        }
        state.board[source].began(at: now)
        state.board.contributed(source, to: blob)
        return source
      }
      if let source { return source }
      try await change.wait(since: generation)
    }
  }

  func leave(_ source: Int) {
    state.withLock { $0.board[source].ended() }
    change.notify()
  }

  /// One request, once the source bears it.
  ///
  /// - Throws: `RegistryError`, final where the source has asked for too much patience; what the receiver throws;
  ///   `CancellationError`.
  func fetch(
    _ blob: Descriptor, range: Range<Int64>, from source: Int, lane: Int, receiver: any BlobReceiver
  ) async throws {
    let gate = gates[source]
    try await gate.pass()
    do {
      try await sources[source].fetch(blob, range: range, lane: lane, receiver: receiver)
      gate.open()
    } catch let error as RegistryError {
      let failure = judged(error, source: source)
      // Who asks for patience closes the gate; see below.
      if !failure.asksForPatience { gate.yield() }
      throw failure
    } catch {
      gate.yield()
      throw error
    }
  }

  /// The failure, or what it is by now: one of a source that has asked for too much patience is final.
  private func judged(_ error: RegistryError, source: Int) -> RegistryError {
    guard error.asksForPatience else { return error }
    let received = state.withLock { $0.board[source].fetched }
    let waited = gates[source].exhausted(by: patience(after: error), received: received)
    return waited.map { error.outOfPatience(waited: $0) } ?? error
  }

  /// Whether another source is to go on after a failure.
  func goesElsewhere(_ source: Int, _ blob: Int, after error: RegistryError, requestBegan: Duration) -> Bool {
    let now = stopwatch.elapsed
    let pause = error.asksForPatience ? patience(after: error) : nil
    let verdict = state.withLock {
      $0.board.failed(source, blob, error, requestBegan: requestBegan, at: now, pause: pause)
    }
    guard case .elsewhere(let news) = verdict else { return false }
    if let pause { gates[source].close(for: pause) }
    if let news { observe(news) }
    change.notify()
    return true
  }

  /// Waits before the same source is asked again.
  ///
  /// - Throws: the failure that ends the transfer, where another try is not worth it; `CancellationError`.
  func pause(_ source: Int, _ blob: Int, after error: RegistryError, failures: inout Int) async throws {
    let step = retrier.policy.step(
      after: error, failures: failures + 1, now: retrier.now(), jitter: retrier.jitter())
    guard case .retry(let pause, let isCounted) = step else {
      if error.asksForPatience { gates[source].yield() }
      let final = error.after(tries: failures + 1)
      throw state.withLock { $0.board.finalFailure(final, for: blob) }.after(tries: final.tries)
    }
    if isCounted { failures += 1 }
    if error.asksForPatience {
      state.withLock { $0.board[source].governor.stepDown() }
      gates[source].close(for: pause)
    } else {
      try await stopwatch.sleep(for: pause)
    }
  }

  /// Notes that a blob came with wrong bytes.
  ///
  /// - Returns: the names of those who may have sent them.
  func wrongBytes(of blob: Int) -> [String] {
    state.withLock { $0.board.wrongBytes(of: blob) }.map(name)
  }

  /// Measures the sources now and then, and lets those who wait for one look again.
  ///
  /// - Throws: `CancellationError`.
  func measureRegularly(every tick: Duration) async throws {
    while true {
      try await stopwatch.sleep(for: tick)
      let now = stopwatch.elapsed
      let news = state.withLock { $0.board.measure(at: now) }
      for news in news { observe(news) }
      change.notify()
    }
  }

  private func patience(after error: RegistryError) -> Duration {
    let step = retrier.policy.step(after: error, failures: 1, now: retrier.now(), jitter: retrier.jitter())
    guard case .retry(let pause, _) = step else { return .seconds(retrier.policy.longestRequestedPause) }
    return max(pause, retrier.policy.firstPause)
  }
}
