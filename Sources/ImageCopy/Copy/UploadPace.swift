import BlobTransfer
import Synchronization
import Waiting

/// How many large blobs go to the target at the same time: few, unless more of them are faster together. What is on its way when
/// a copy is killed has to be sent once more, so that few at a time cost least then.
final class UploadPace: Sendable {
  /// What is smaller goes beside the large ones: its time is that of the questions and answers.
  static let large: Int64 = 4 << 20
  /// Large blobs to begin with.
  private static let polite = 2

  private struct State {
    var governor: ConnectionGovernor
    var active = 0
    var bytes: Int64 = 0
    var positions: [Int: Int64] = [:]
  }

  private let state: Mutex<State>
  private let stopwatch: Stopwatch
  private let change = ChangeSignal()

  /// - Parameter width: blobs that may go at the same time.
  init(width: Int, stopwatch: Stopwatch = Stopwatch(ContinuousClock())) {
    self.stopwatch = stopwatch
    state = Mutex(State(governor: ConnectionGovernor(most: width, polite: Self.polite, growth: .doubling)))
  }

  /// Whether another large blob may go now; it counts as going then.
  func begin() -> Bool {
    state.withLock { state in
      guard state.active < state.governor.allowed else { return false }
      state.active += 1
      return true
    }
  }

  func end() { state.withLock { $0.active -= 1 } }

  /// A blob is at the target up to a byte.
  func moved(_ blob: Int, to position: Int64) {
    let now = stopwatch.elapsed
    let hasGrown = state.withLock { state in
      state.bytes += max(position - (state.positions[blob] ?? 0), 0)
      state.positions[blob] = position
      return state.governor.measure(
        bytes: state.bytes, at: now, isSaturated: state.active >= state.governor.allowed)
    }
    if hasGrown { change.notify() }
  }

  /// Returns once more blobs may go than before.
  ///
  /// - Returns: whether that may happen again.
  /// - Throws: `CancellationError`.
  func grown() async throws -> Bool {
    let generation = change.generation
    guard state.withLock({ !$0.governor.isSettled }) else { return false }
    try await change.wait(since: generation)
    return true
  }
}
