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

  /// What the host has asked for since it last sent a byte.
  private struct Patience {
    var waited: Duration = .zero
    /// Bytes that the host had sent when it last asked.
    var received: Int64 = 0
  }

  private let state = Mutex(State.open)
  private let patience = Mutex(Patience())
  private let change = ChangeSignal()
  private let stopwatch: Stopwatch
  private let limit: Duration

  /// - Parameter limit: what the waits may add up to while the host sends nothing.
  package init(stopwatch: Stopwatch, limit: Duration) {
    self.stopwatch = stopwatch
    self.limit = limit
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

  /// How long the host has been waited for in vain, where this much patience more would be too much; nil where it is
  /// not.
  ///
  /// - Parameter received: bytes that the host has sent so far: when they become more, patience begins anew.
  package func exhausted(by pause: Duration, received: Int64) -> Duration? {
    let more = lengthening(by: pause, at: stopwatch.elapsed)
    return patience.withLock { patience in
      if received > patience.received { patience = Patience(received: received) }
      return patience.waited + more > limit ? patience.waited : nil
    }
  }

  /// How much later than now it opens by this pause. Several connections may be told of the same wait.
  private func lengthening(by pause: Duration, at now: Duration) -> Duration {
    state.withLock { state in
      guard case .closed(let until) = state, until > now else { return pause }
      return max(now + pause - until, .zero)
    }
  }

  /// The host asked for this much patience.
  package func close(for pause: Duration) {
    let now = stopwatch.elapsed
    let more = lengthening(by: pause, at: now)
    patience.withLock { $0.waited += more }
    let until = now + pause
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
