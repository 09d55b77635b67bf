import Dispatch
import Synchronization

/// Passes values from one thread to another and holds few of them: whoever is faster waits. Both threads may wait.
package final class BoundedQueue<Element: Sendable>: Sendable {
  private struct State {
    var elements: [Element] = []
    var isCancelled = false
  }

  private let state = Mutex(State())
  // Made empty and raised: a semaphore may not end lower than it began.
  private let room = DispatchSemaphore(value: 0)
  private let filled = DispatchSemaphore(value: 0)

  package init(capacity: Int) {
    for _ in 0..<capacity { room.signal() }
  }

  /// - Throws: `CancellationError` once nobody wants more.
  package func push(_ element: Element) throws(CancellationError) {
    room.wait()
    let isCancelled = state.withLock { state in
      if !state.isCancelled { state.elements.append(element) }
      return state.isCancelled
    }
    guard !isCancelled else {
      room.signal()
      throw CancellationError()
    }
    filled.signal()
  }

  /// Says that no more comes.
  package func finish() {
    filled.signal()
  }

  /// The next one; nil at the end.
  ///
  /// - Throws: `CancellationError` once nothing more is passed.
  package func pop() throws(CancellationError) -> Element? {
    filled.wait()
    let (element, isCancelled) = state.withLock { state in
      (state.isCancelled || state.elements.isEmpty ? nil : state.elements.removeFirst(), state.isCancelled)
    }
    guard let element else {
      // Whoever asks again learns the same.
      filled.signal()
      if isCancelled { throw CancellationError() }
      return nil
    }
    room.signal()
    return element
  }

  /// Lets both threads go.
  package func cancel() {
    state.withLock { $0.isCancelled = true }
    room.signal()
    filled.signal()
  }
}
