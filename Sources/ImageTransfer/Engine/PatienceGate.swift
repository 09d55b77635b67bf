import Synchronization

/// Holds every request to one host back while the host asks for patience, and then lets a single one try first: eight
/// transfers that are told to wait ask once, not eight times.
package final class PatienceGate: Sendable {
  private enum State {
    case open
    /// Nobody asks before this time, on the stopwatch.
    case closed(until: Duration)
    /// One asks; the others wait for its answer.
    case probing
  }
  private enum Entry {
    case pass
    case sleep(Duration)
    case wait
  }

  private let state = Mutex(State.open)
  private let change = ChangeSignal()
  private let stopwatch: Stopwatch

  package init(stopwatch: Stopwatch) {
    self.stopwatch = stopwatch
  }

  /// Returns when a request may be sent.
  ///
  /// - Throws: `CancellationError`.
  package func pass() async throws {
    while true {
      let generation = change.generation
      let now = stopwatch.elapsed
      let entry = state.withLock { state -> Entry in
        switch state {
        case .open: return .pass
        case .probing: return .wait
        case .closed(let until):
          guard until <= now else { return .sleep(until - now) }
          state = .probing
          return .pass
        }
      }
      switch entry {
      case .pass: return
      case .sleep(let pause): try await stopwatch.sleep(for: pause)
      case .wait: try await change.wait(since: generation)
      }
    }
  }

  /// The host asked for this much patience.
  package func close(for pause: Duration) {
    let until = stopwatch.elapsed + pause
    state.withLock { state in
      if case .closed(let other) = state, other > until { return }
      state = .closed(until: until)
    }
    change.notify()
  }

  /// The request ended without an answer about patience: where it was the first after a pause, another may try.
  package func yield() {
    let now = stopwatch.elapsed
    let wasProbing = state.withLock { state in
      guard case .probing = state else { return false }
      state = .closed(until: now)
      return true
    }
    if wasProbing { change.notify() }
  }

  /// The host serves.
  package func open() {
    let wasClosed = state.withLock { state in
      if case .open = state { return false }
      state = .open
      return true
    }
    if wasClosed { change.notify() }
  }
}
