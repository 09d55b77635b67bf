/// Failures in a row, without progress between them.
package struct TryCount: Sendable {
  package private(set) var failures = 0
  private var progress: Int64 = 0

  package init() {}

  /// - Parameter enough: bytes that make a line count as moving forward.
  mutating func moved(_ count: Int64, enough: Int64) {
    progress += count
    if progress >= enough { self = TryCount() }
  }

  mutating func failed() { failures += 1 }
}

/// Wrong answers to range requests, by the blob. A value; one rule for all executors.
struct WrongRanges: Sendable {
  enum Step: Sendable {
    case askAgain
    /// From now on the blob is asked for whole.
    case askForAll
    case giveUp(tries: Int)
  }

  private static let borne = 2
  private var counts: [Int: Int] = [:]

  mutating func note(_ blob: Int) -> Step {
    counts[blob, default: 0] += 1
    let count = counts[blob, default: 0]
    return count < Self.borne ? .askAgain : count == Self.borne ? .askForAll : .giveUp(tries: count)
  }
}
