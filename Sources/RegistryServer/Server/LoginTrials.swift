import HTTPAccess
import NIOCore
import Synchronization
import Waiting

/// Counts the wrong passwords of each client, so that guessing is slow.
final class LoginTrials: Sendable {
  /// Wrong passwords of a client in a minute; it is told to come later for more. The right one counts all the same.
  static let limit = 10
  /// Wrong passwords of a client in a minute, above which none of its passwords is looked at in that minute. Not for this
  /// machine's own: a tunnel or a proxy stands for many.
  static let checkedLimit = 100
  private static let clients = 4_096
  private static let minute = Duration.seconds(60)

  private struct Count {
    var wrong = 0
    let end: Duration
  }

  private let counts = Mutex(BoundedTable<String, Count>(limit: clients))
  private let time: Stopwatch

  enum Outcome: Sendable, Hashable {
    case right, wrong
    case later(seconds: Int64)
  }

  init(clock: any Clock<Duration> = ContinuousClock()) {
    time = Stopwatch(clock)
  }

  func outcome(of client: SocketAddress?, _ isRight: () -> Bool) -> Outcome {
    let now = time.elapsed
    let key = client.networkKey
    return counts.withLock { counts in
      var count = counts[key, at: now] ?? Count(end: now + Self.minute)
      let later = Outcome.later(seconds: max(1, (count.end - now).components.seconds))
      if count.wrong >= Self.checkedLimit, client?.isOfThisMachine != true { return later }
      if isRight() { return .right }
      count.wrong += 1
      counts.keep(count, for: key, at: now, lifetime: count.end - now)
      return count.wrong > Self.limit ? later : .wrong
    }
  }
}
