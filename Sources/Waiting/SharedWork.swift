import Synchronization

/// Work that several tasks want at the same time and that is done once for all of them. It is cancelled when the last of them
/// is.
package final class SharedWork<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Run {
    let number: Int
    let task: Task<Void, Never>
    var waiting: [Int: CheckedContinuation<Value, any Error>] = [:]
  }

  private struct State {
    var runs: [Key: Run] = [:]
    var count = 0
  }

  private let state = Mutex(State())

  package init() {}

  /// What the work for a key comes to: of work that is under way, or of `work`. Whoever is cancelled leaves at once, unless the
  /// work ends with that.
  ///
  /// - Throws: what the work throws; `CancellationError`.
  package func value(
    for key: Key, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let ticket = state.withLock { state in
      state.count += 1
      return state.count
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let waits = state.withLock { state in
          guard !Task.isCancelled else { return false }
          var run = state.runs[key] ?? Run(number: ticket, task: Task { await self.run(key, ticket, work) })
          run.waiting[ticket] = continuation
          state.runs[key] = run
          return true
        }
        if !waits { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      leave(key, ticket)
    }
  }

  private func run(_ key: Key, _ number: Int, _ work: @Sendable () async throws -> Value) async {
    let result: Result<Value, any Error>
    do { result = .success(try await work()) } catch { result = .failure(error) }
    let ended = state.withLock { state -> Run? in
      guard state.runs[key]?.number == number else { return nil }
      return state.runs.removeValue(forKey: key)
    }
    for continuation in (ended?.waiting ?? [:]).values { continuation.resume(with: result) }
  }

  private func leave(_ key: Key, _ ticket: Int) {
    let (continuation, unwanted) = state.withLock { state in
      let continuation = state.runs[key]?.waiting.removeValue(forKey: ticket)
      guard continuation != nil, let run = state.runs[key], run.waiting.isEmpty else {
        return (continuation, nil as Task<Void, Never>?)
      }
      state.runs[key] = nil
      return (continuation, run.task)
    }
    guard let unwanted else { return continuation?.resume(throwing: CancellationError()) ?? () }
    unwanted.cancel()
    Task {
      await unwanted.value
      continuation?.resume(throwing: CancellationError())
    }
  }
}
