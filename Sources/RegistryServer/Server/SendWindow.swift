import Synchronization

/// Lets an answer go on once the connection has taken what it was handed before.
///
/// The library takes more than one piece before it makes anybody wait; hundreds of slow readers would fill the memory.
final class SendWindow: Sendable {
  private struct State {
    var pending = 0
    var isClosed = false
    var waiter: (count: Int, continuation: CheckedContinuation<Void, Never>)?
  }

  /// That of the connection which the task answers.
  @TaskLocal static var current: SendWindow?

  private let state = Mutex(State())

  /// Waits until nothing is left of the piece before. One task at a time asks.
  ///
  /// - Throws: `CancellationError`.
  func reserve(_ count: Int) async throws {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isFree = state.withLock { state in
          guard state.pending > 0, !state.isClosed else {
            state.pending += count
            return true
          }
          state.waiter = (count, continuation)
          return false
        }
        if isFree { continuation.resume() }
      }
    } onCancel: {
      close()
    }
    try Task.checkCancellation()
  }

  /// The connection has taken bytes, or has lost them.
  func sent(_ count: Int) {
    let waiter = state.withLock { state in
      state.pending = max(0, state.pending - count)
      guard state.pending == 0, let waiter = state.waiter else { return nil as CheckedContinuation<Void, Never>? }
      state.pending = waiter.count
      state.waiter = nil
      return waiter.continuation
    }
    waiter?.resume()
  }

  /// Nobody waits for a connection that is gone.
  func close() {
    let waiter = state.withLock { state in
      state.isClosed = true
      defer { state.waiter = nil }
      return state.waiter?.continuation
    }
    waiter?.resume()
  }
}
