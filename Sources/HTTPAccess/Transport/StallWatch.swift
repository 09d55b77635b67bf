import AsyncHTTPClient
import NIOCore
import Synchronization

/// Ends a request for whose answer nothing comes for too long, once all of it was sent. While its receiver holds the connection
/// back no time passes: that is not the server's fault.
///
/// The library below has one such limit for all requests of a client. An answer that may take long would need a client, and
/// so connections, of its own.
final class StallWatch: Sendable {
  private enum Phase {
    /// The request is not sent yet.
    case before
    case waiting(since: NIODeadline)
    /// The receiver wants no more for now.
    case heldBack
    case over
  }

  private struct State {
    var phase = Phase.before
    var timer: Scheduled<Void>?
  }

  private let limit: TimeAmount
  private let state = Mutex(State())

  /// - Parameter limit: how long nothing may come.
  init(_ limit: Duration) { self.limit = TimeAmount(limit) }

  /// The request was sent.
  func begin(_ task: HTTPClient.Task<TransportResponse>) {
    let begins = state.withLock { state in
      guard case .before = state.phase else { return false }
      state.phase = .waiting(since: .now())
      return true
    }
    if begins { look(at: task, in: limit) }
  }

  /// Something came, or the receiver wants more again.
  func goOn() {
    state.withLock { state in
      switch state.phase {
      case .waiting, .heldBack: state.phase = .waiting(since: .now())
      case .before, .over: break
      }
    }
  }

  /// The receiver wants no more until ``goOn()``.
  func hold() {
    state.withLock { state in
      if case .waiting = state.phase { state.phase = .heldBack }
    }
  }

  func end() {
    state.withLock { state in
      state.timer?.cancel()
      state = State(phase: .over)
    }
  }

  private func look(at task: HTTPClient.Task<TransportResponse>, in time: TimeAmount) {
    state.withLock { state in
      if case .over = state.phase { return }
      state.timer = task.eventLoop.scheduleTask(in: time) { [self] in look(at: task) }
    }
  }

  private func look(at task: HTTPClient.Task<TransportResponse>) {
    let rest = state.withLock { state in
      guard case .waiting(let since) = state.phase else { return limit }
      return limit - (.now() - since)
    }
    guard rest <= .zero else { return look(at: task, in: rest) }
    task.fail(reason: HTTPClientError.readTimeout)
  }
}
