import Synchronization

/// A clock that a test moves by hand.
package final class ManualClock: Clock {
  package struct Instant: InstantProtocol {
    package var offset: Duration
    package func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    package func duration(to other: Instant) -> Duration { other.offset - offset }
    package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  private struct Sleeper {
    let end: Instant
    let continuation: CheckedContinuation<Void, Never>
  }
  private struct State {
    var now = Instant(offset: .zero)
    var sleepers: [Int: Sleeper] = [:]
    var nextID = 0
    var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }
  private let state = Mutex(State())

  package init() {}

  /// How many tasks sleep.
  package var sleepers: Int { state.withLock { $0.sleepers.count } }

  package var now: Instant { state.withLock { $0.now } }
  package var minimumResolution: Duration { .nanoseconds(1) }

  package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let (isOver, watchers) = state.withLock { state -> (Bool, [CheckedContinuation<Void, Never>]) in
          guard deadline > state.now, !Task.isCancelled else { return (true, []) }
          state.sleepers[id] = Sleeper(end: deadline, continuation: continuation)
          let ready = state.watchers.filter { $0.count <= state.sleepers.count }
          state.watchers.removeAll { $0.count <= state.sleepers.count }
          return (false, ready.map(\.continuation))
        }
        if isOver { continuation.resume() }
        for watcher in watchers { watcher.resume() }
      }
    } onCancel: {
      state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume()
    }
    try Task.checkCancellation()
  }

  /// Moves the time on and wakes whoever's sleep is over.
  package func advance(by duration: Duration) {
    let woken = state.withLock { state in
      state.now = state.now.advanced(by: duration)
      let over = state.sleepers.filter { $0.value.end <= state.now }
      for id in over.keys { state.sleepers[id] = nil }
      return over.values.map(\.continuation)
    }
    for continuation in woken { continuation.resume() }
  }

  /// Moves the time on again and again, a thousand times a second at most, as long as `body` runs.
  package func running<Result: Sendable>(
    by step: Duration = .milliseconds(50), _ body: @Sendable () async throws -> Result
  ) async throws -> Result {
    let isOver = Mutex(false)
    async let driver: Void = {
      while !isOver.withLock({ $0 }) {
        self.advance(by: step)
        try await Task.sleep(for: .milliseconds(1))
      }
    }()
    do {
      let result = try await body()
      isOver.withLock { $0 = true }
      try await driver
      return result
    } catch {
      isOver.withLock { $0 = true }
      throw error
    }
  }

  /// Returns once `count` tasks sleep.
  package func waitForSleepers(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isReached = state.withLock { state in
        guard state.sleepers.count < count else { return true }
        state.watchers.append((count, continuation))
        return false
      }
      if isReached { continuation.resume() }
    }
  }
}
