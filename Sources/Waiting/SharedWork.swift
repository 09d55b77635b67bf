import Synchronization

/// Work that several tasks want at the same time and that is done once for all of them. It is cancelled when the last of them
/// is.
package final class SharedWork<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Run {
    let number: Int
    let task: Task<Value, any Error>
    var waiting = 1
  }

  private struct State {
    var runs: [Key: Run] = [:]
    var count = 0
  }

  private let state = Mutex(State())

  package init() {}

  /// What the work for a key comes to: of work that is under way, or of `work`.
  ///
  /// - Throws: what the work throws.
  package func value(
    for key: Key, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let run = state.withLock { state -> Run in
      if state.runs[key] != nil {
        state.runs[key]?.waiting += 1
      } else {
        state.count += 1
        state.runs[key] = Run(number: state.count, task: Task { try await work() })
      }
      return state.runs[key] ?? Run(number: 0, task: Task { try await work() })
    }
    let ticket = Ticket()
    let result = await withTaskCancellationHandler {
      await run.task.result
    } onCancel: {
      leave(key, run.number, ticket)
    }
    leave(key, run.number, ticket)
    try Task.checkCancellation()
    return try result.get()
  }

  /// A task that waits, and leaves once: when it has the result, or when it is cancelled.
  private final class Ticket: Sendable {
    private let isValid = Atomic(true)
    func take() -> Bool { isValid.exchange(false, ordering: .acquiringAndReleasing) }
  }

  private func leave(_ key: Key, _ number: Int, _ ticket: Ticket) {
    guard ticket.take() else { return }
    let unwanted = state.withLock { state -> Task<Value, any Error>? in
      guard var run = state.runs[key], run.number == number else { return nil }
      run.waiting -= 1
      state.runs[key] = run.waiting > 0 ? run : nil
      return run.waiting > 0 ? nil : run.task
    }
    unwanted?.cancel()
  }
}
