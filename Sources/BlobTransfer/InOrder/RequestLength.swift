import Waiting

/// How many bytes are asked for by one request. A value; it is told what the taker does.
///
/// Each request costs a server something: docker-registry reads 4 MiB of its file for every one, whatever the range. While the
/// taker is what everything waits for, one connection is enough, and requests become longer. While it waits for bytes they are
/// short, so that all connections share the memory.
struct RequestLength: Sendable {
  /// How long is measured before it is judged.
  private static let span: Duration = .milliseconds(20)
  /// The part of the time that a taker waits which several connections would serve better.
  private static let patience = 0.5
  private static let growth: Int64 = 4

  let least: Int64
  let most: Int64
  private(set) var count: Int64
  private var began: Duration?
  private var waited: Duration = .zero
  private var waitsSince: Duration?
  private var taken: Int64 = 0

  /// - Parameters:
  ///   - least: bytes.
  ///   - most: bytes; what a taker needs more than a second for is not asked for at once.
  ///   - count: what is begun with.
  init(least: Int64, most: Int64, count: Int64) {
    self.least = least
    self.most = max(most, least)
    self.count = min(max(count, least), self.most)
  }

  /// Whether the bytes of one connection are enough for the taker.
  var isLong: Bool { count > least }

  /// The taker has nothing to take.
  mutating func waits(at now: Duration) { waitsSince = waitsSince ?? now }

  mutating func took(_ bytes: Int64, at now: Duration) {
    if let since = waitsSince { waited += now - max(since, began ?? since) }
    waitsSince = nil
    taken += bytes
  }

  /// Looks at what the taker has done since the last look.
  ///
  /// - Returns: whether ``count`` may have changed.
  mutating func measure(at now: Duration) -> Bool {
    guard least < most else { return false }
    guard let start = began else {
      began = now
      return false
    }
    let time = now - start
    guard time >= Self.span else { return false }
    let idle = waited + (waitsSince.map { now - max($0, start) } ?? .zero)
    let rate = Double(taken) / (time / .seconds(1))
    count = idle > time * Self.patience ? count / Self.growth : min(count * Self.growth, Int64(rate))
    count = min(max(count, least), most)
    (began, waited, taken) = (now, .zero, 0)
    return true
  }
}
