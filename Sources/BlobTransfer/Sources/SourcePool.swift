import ImageModel
import Synchronization
import Waiting

/// Several sources of the same blobs: a ``SourceBoard`` chooses which is asked, and each has its own patience. Both executors
/// send their requests here, so that retry, patience, blame and failover have one place.
package final class SourcePool: Sendable {
  /// How often the sources are measured.
  package static let tick: Duration = .milliseconds(100)

  let sources: [any BlobSource]
  let connections: Int
  let stopwatch: Stopwatch
  /// Notified of whatever may let a waiting connection go on.
  let change = ChangeSignal()
  private let retrier: Retrier
  private let gates: [PatienceGate]
  private let observe: @Sendable (SourceBoard.News) -> Void
  private let state: Mutex<State>

  private struct State {
    var board: SourceBoard
    var fetched: Int64 = 0
    var requestLength: Int64?
  }

  /// - Parameters:
  ///   - sources: best first, origins last.
  ///   - blobs: what they are asked for, by its numbers.
  ///   - connections: at the same time, to all sources.
  ///   - bytesPerSecond: from all sources together; nil for no limit.
  ///   - isForSmallBlobs: what is fetched is many short requests.
  package init(
    _ sources: [any BlobSource], blobs: [Digest], connections: Int, bytesPerSecond: Int64? = nil,
    isForSmallBlobs: Bool, retrier: Retrier,
    observe: @escaping @Sendable (SourceBoard.News) -> Void = { _ in }
  ) {
    self.sources = sources
    self.connections = max(connections, 1)
    self.retrier = retrier
    self.observe = observe
    let stopwatch = Stopwatch(retrier.clock)
    self.stopwatch = stopwatch
    gates = sources.map { _ in PatienceGate(stopwatch: stopwatch, limit: retrier.policy.longestPatience) }
    let scopes = sources.map { source in
      source.holds.map { holds in Set(blobs.indices.filter { holds.contains(blobs[$0]) }) }
    }
    var board = SourceBoard(
      areMirrors: sources.map(\.isMirror), scopes: scopes, connections: connections, bytesPerSecond: bytesPerSecond)
    for (index, source) in sources.enumerated() where source.isDropped { board[index].isDropped = true }
    // A wait for each of many small blobs costs a source nothing.
    if isForSmallBlobs { board.allowAllConnections() }
    state = Mutex(State(board: board))
  }

  /// Bytes that came over the network, wrong ones included.
  package var bytesFetched: Int64 { state.withLock { $0.fetched } }

  /// What was asked for at once last, by whoever reads in order; nil where nothing was measured.
  var requestLength: Int64? {
    get { state.withLock { $0.requestLength } }
    set { state.withLock { $0.requestLength = newValue } }
  }

  func name(_ source: Int) -> String { sources[source].name }

  func withBoard<Result: Sendable>(_ body: (inout SourceBoard) throws -> Result) rethrows -> Result {
    try state.withLock { try body(&$0.board) }
  }

  func received(_ count: Int, from source: Int) {
    state.withLock { state in
      state.fetched += Int64(count)
      state.board[source].received(Int64(count))
    }
  }

  // MARK: Choosing

  /// Waits for a source that may be asked for a blob; ``leave(_:)`` must follow.
  ///
  /// - Parameter isSmall: the blob takes one short request.
  /// - Throws: ``RetriableFailure`` where none has it; `CancellationError`.
  func enter(for blob: Int, isSmall: Bool = false) async throws -> Int {
    while true {
      try Task.checkCancellation()
      let generation = change.generation
      let now = stopwatch.elapsed
      let source = try withBoard { board -> Int? in
        let candidate = board.candidates(at: now, connections: connections, isSmall: isSmall).first { candidate in
          board.allows(candidate.source, blob)
            && !(candidate.isLastResort && board.hasAlternative(to: candidate.source, for: blob))
        }
        guard let source = candidate?.source else {
          if let failure = board.failure(for: blob) { throw failure }
          return nil
        }
        board[source].began(at: now)
        board.contributed(source, to: blob)
        return source
      }
      if let source { return source }
      try await change.wait(since: generation)
    }
  }

  func leave(_ source: Int) {
    withBoard { $0[source].ended() }
    change.notify()
  }

  // MARK: Asking

  /// What a request came to.
  enum Outcome: Sendable {
    /// Bytes came, or may come from the same source now.
    case goOn
    /// The receiver wanted no more.
    case ended
    /// Another source is to be asked.
    case switchSource
    /// No other source is left, and this one answers with other bytes than those asked for.
    case wrongRange(any RetriableFailure)
  }

  /// Sends one request, once the source bears it. After a failure that is worth another try at the same source it returns
  /// when that may be made.
  ///
  /// - Parameter position: where the bytes end that the receiver has.
  /// - Throws: ``RetriableFailure`` where no other try is worth it; what the receiver throws; `CancellationError`.
  func request(
    _ blob: Descriptor, number: Int, range: Range<Int64>, from source: Int, lane: Int, receiver: any BlobReceiver,
    tries: inout TryCount, position: () -> Int64
  ) async throws -> Outcome {
    let (start, began, gate) = (position(), stopwatch.elapsed, gates[source])
    let receiver = HoldWatch(receiver)
    do {
      try await gate.pass()
      try await sources[source].fetch(blob, range: range, lane: lane, receiver: receiver)
      gate.open()
      // A shorter range than the one asked for is the server's right.
      guard position() > start else { throw sources[source].nothingCame(of: blob) }
      return .goOn
    } catch is EnoughReceived {
      gate.open()
      return .ended
    } catch let error as any RetriableFailure {
      let failure = judged(error, source: source)
      // The gate of a source that asks for patience is closed later.
      if !failure.kind.asksForPatience { gate.yield() }
      tries.moved(max(position() - start, 0), enough: retrier.policy.progressThatCounts)
      // Nothing was read from the source while the receiver held it back: no server bears that for ever. What is read next
      // tells of it, perhaps when the receiver has room again.
      switch failure.kind {
      case .stalled, .connectionLost: if receiver.wasHeldBack { return .goOn }
      default: break
      }
      if shouldSwitchSource(source, number, after: failure, requestBegan: began) { return .switchSource }
      if case .wrongRange = failure.kind { return .wrongRange(failure) }
      try await pause(source, number, after: failure, tries: &tries)
      return .goOn
    } catch {
      gate.yield()
      throw error
    }
  }

  // MARK: After a failure

  /// The failure, or what it is by now: one of a source that has asked for too much patience is final.
  private func judged(_ error: any RetriableFailure, source: Int) -> any RetriableFailure {
    guard error.kind.asksForPatience else { return error }
    let received = withBoard { $0[source].fetched }
    let waited = gates[source].exhausted(by: patience(after: error), received: received)
    return waited.map { error.outOfPatience(waited: $0) } ?? error
  }

  /// How long a source is left alone that asks for it: as long as it says.
  private func patience(after error: any RetriableFailure) -> Duration {
    let step = retrier.policy.step(after: error.kind, failures: 1, now: retrier.now(), jitter: retrier.jitter())
    guard case .retry(let pause, _) = step else { return .seconds(retrier.policy.longestRequestedPause) }
    return max(pause, retrier.policy.firstPause)
  }

  private func shouldSwitchSource(
    _ source: Int, _ blob: Int, after error: any RetriableFailure, requestBegan: Duration
  ) -> Bool {
    let now = stopwatch.elapsed
    let pause = error.kind.asksForPatience ? patience(after: error) : nil
    let verdict = withBoard { $0.failed(source, blob, error, requestBegan: requestBegan, at: now, pause: pause) }
    guard case .switchSource(let news) = verdict else { return false }
    if let pause { gates[source].close(for: pause) }
    if let news { observe(news) }
    change.notify()
    return true
  }

  /// Waits before the same source is asked again.
  ///
  /// - Throws: the failure that ends the transfer, where another try is not worth it; `CancellationError`.
  private func pause(
    _ source: Int, _ blob: Int, after error: any RetriableFailure, tries: inout TryCount
  ) async throws {
    let step = retrier.policy.step(
      after: error.kind, failures: tries.failures + 1, now: retrier.now(), jitter: retrier.jitter())
    guard case .retry(let pause, let isCounted) = step else {
      if error.kind.asksForPatience { gates[source].yield() }
      throw final(error, for: blob, tries: tries.failures + 1)
    }
    if isCounted { tries.failed() }
    if error.kind.asksForPatience {
      withBoard { $0[source].governor.stepDown() }
      gates[source].close(for: pause)
    } else {
      try await stopwatch.sleep(for: pause)
    }
  }

  /// What ends the transfer once `error` is final.
  func final(_ error: any RetriableFailure, for blob: Int, tries: Int) -> any RetriableFailure {
    withBoard { $0.finalFailure(error, for: blob) }.after(tries: tries)
  }

  // MARK: Measuring

  /// Looks at the paces of all sources, and tells what becomes of them.
  func measure() -> [SourceBoard.News] {
    let now = stopwatch.elapsed
    let news = withBoard { $0.measure(at: now) }
    for news in news { observe(news) }
    return news
  }

  /// Measures the sources now and then, and lets those who wait for one look again.
  ///
  /// - Throws: `CancellationError`.
  func measureRegularly() async throws {
    while true {
      try await stopwatch.sleep(for: Self.tick)
      _ = measure()
      change.notify()
    }
  }
}
