/// Whether a connection still gets on: a value, told what happens.
struct ConnectionProgress: Sendable {
  private enum Phase {
    /// For the first head.
    case firstHead
    /// For another request.
    case nextHead
    /// For the rest of a body.
    case body
    /// For the answer.
    case answer
  }

  private let limits: ServerLimits
  private var waiting = Phase.firstHead
  /// When what is waited for last made progress.
  private var since: ContinuousClock.Instant
  /// What the client had not taken at the last look, in bytes, and since when it has been that much.
  private var unsent: (count: Int, since: ContinuousClock.Instant)?
  /// Requests whose answers are not complete: a client may send several at once.
  private var open = 0

  init(_ limits: ServerLimits, now: ContinuousClock.Instant) {
    self.limits = limits
    since = now
  }

  var isAnswering: Bool { open > 0 }

  /// No request is under way: none has come yet, or only a part of its head.
  var isIdle: Bool { waiting == .firstHead || waiting == .nextHead }

  mutating func headCame(now: ContinuousClock.Instant) {
    open += 1
    (waiting, since) = (.body, now)
  }

  mutating func bodyCame(now: ContinuousClock.Instant) { since = now }

  mutating func requestEnded(now: ContinuousClock.Instant) {
    // The answer may have come before all of the body.
    (waiting, since) = (open > 0 ? .answer : .nextHead, now)
  }

  mutating func answered(now: ContinuousClock.Instant) {
    open = max(0, open - 1)
    if open == 0, waiting != .body { (waiting, since) = (.nextHead, now) }
  }

  /// Whether the connection may stay.
  ///
  /// - Parameter waiting: bytes that wait for the client to take them.
  mutating func isInTime(now: ContinuousClock.Instant, waiting bytes: Int) -> Bool {
    if bytes == 0 {
      unsent = nil
    } else if let known = unsent, known.count == bytes {
      if now - known.since >= limits.stalledTime { return false }
    } else {
      unsent = (bytes, now)
    }
    switch waiting {
    case .firstHead: return now - since < limits.headTime
    case .nextHead: return bytes > 0 || now - since < limits.idleTime
    case .body: return now - since < limits.idleTime
    case .answer: return true
    }
  }
}
