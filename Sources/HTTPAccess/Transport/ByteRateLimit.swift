import Synchronization

/// How many bytes a second may come, over all connections together.
///
/// Bytes that have come are paid for by a wait before more are read. The wait is the socket's: its buffer fills, and the
/// server has to stop.
package struct ByteRateLimit: Sendable {
  /// Bytes per second.
  package let rate: Int64
  /// When what has come so far is paid for.
  private var paidAt: Duration = .zero

  package init(rate: Int64) {
    self.rate = max(rate, 1)
  }

  /// Takes note of bytes.
  ///
  /// - Parameter now: on any clock that never goes back.
  /// - Returns: how long whoever got them is to wait before reading more.
  package mutating func take(_ count: Int, at now: Duration) -> Duration {
    paidAt = max(paidAt, now) + .seconds(Double(count) / Double(rate))
    return paidAt - now
  }

  /// How much to read at once, so that no connection waits for long: a server, or what stands between, may take a
  /// silent client for a dead one.
  package func readSize(connections: Int, most: Int) -> Int {
    let share = rate / Int64(2 * max(connections, 1))
    return Int(min(max(share, 1024), Int64(most)))
  }
}

/// A ``ByteRateLimit`` that connections share.
final class SharedRateLimit: Sendable {
  private let limit: Mutex<ByteRateLimit>
  private let start = ContinuousClock.now

  init(rate: Int64) {
    limit = Mutex(ByteRateLimit(rate: rate))
  }

  func take(_ count: Int) -> Duration {
    let now = start.duration(to: .now)
    return limit.withLock { $0.take(count, at: now) }
  }
}
