import HTTPAccess
import Synchronization
import Waiting

/// Token services that did not answer, so that it costs the time to find that out once, however many tokens are wanted.
///
/// What fails at once, such as a refused connection, is not kept: to ask again costs nothing.
package final class SilentRealms: Sendable {
  private let failures: Mutex<BoundedTable<AbsoluteURL, RegistryError>>
  private let time: Stopwatch

  /// - Parameter lifetime: how long a silence counts; nil for as long as there are requests.
  package init(clock: any Clock<Duration>, lifetime: Duration?) {
    time = Stopwatch(clock)
    failures = Mutex(BoundedTable(limit: 256, lifetime: lifetime))
  }

  func failure(of realm: AbsoluteURL) -> RegistryError? { failures.withLock { $0[realm, at: time.elapsed] } }

  func note(_ error: RegistryError, of realm: AbsoluteURL) {
    guard error.isSilence else { return }
    failures.withLock { $0[realm, at: time.elapsed] = error }
  }
}
