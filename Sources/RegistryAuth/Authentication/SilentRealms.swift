import HTTPAccess
import Synchronization
import Waiting

/// Token services that did not answer, so that it costs the time to find that out once, however many tokens are wanted.
///
/// What fails at once, such as a refused connection, is not kept: to ask again costs nothing. One that has answered before is
/// asked again: it is the line that was silent.
package final class SilentRealms: Sendable {
  private struct State {
    var failures: BoundedTable<AbsoluteURL, AuthError>
    var answered = BoundedTable<AbsoluteURL, Bool>(limit: SilentRealms.limit)
  }

  private static let limit = 256

  private let state: Mutex<State>
  private let time: Stopwatch

  /// - Parameter lifetime: how long a silence counts; nil for as long as there are requests.
  package init(clock: any Clock<Duration>, lifetime: Duration?) {
    time = Stopwatch(clock)
    state = Mutex(State(failures: BoundedTable(limit: Self.limit, lifetime: lifetime)))
  }

  func failure(of realm: AbsoluteURL) -> AuthError? { state.withLock { $0.failures[realm, at: time.elapsed] } }

  /// Notes that a realm answered, whatever it said.
  func noteAnswer(of realm: AbsoluteURL) { state.withLock { $0.answered[realm, at: time.elapsed] = true } }

  /// Whether a realm has answered, so that it is worth asking again.
  func hasAnswered(_ realm: AbsoluteURL) -> Bool { state.withLock { $0.answered[realm, at: time.elapsed] != nil } }

  /// - Returns: whether the realm is not asked again.
  @discardableResult
  func note(_ error: AuthError, of realm: AbsoluteURL) -> Bool {
    guard error.isSilence else { return false }
    return state.withLock { state in
      guard state.answered[realm, at: time.elapsed] == nil else { return false }
      state.failures[realm, at: time.elapsed] = error
      return true
    }
  }
}
