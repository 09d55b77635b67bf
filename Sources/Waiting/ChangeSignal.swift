import Synchronization

/// Wakes those who wait for something to change. A change between looking and waiting is not missed.
package final class ChangeSignal: Sendable {
  private struct State {
    var generation = 0
    var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    var nextID = 0
  }
  private let state = Mutex(State())

  package init() {}

  /// What to pass to ``wait(since:)``: read it before looking.
  package var generation: Int { state.withLock { $0.generation } }

  package func notify() {
    let woken = state.withLock { state in
      state.generation += 1
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for continuation in woken { continuation.resume() }
  }

  /// Returns once there has been a change since `generation`.
  ///
  /// - Throws: `CancellationError`.
  package func wait(since generation: Int) async throws {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          guard state.generation == generation, !Task.isCancelled else { return true }
          state.waiting[id] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
    }
    try Task.checkCancellation()
  }
}
