/// When a failed request is worth another, and after how long. It decides from typed reasons alone.
package struct RetryPolicy: Sendable {
  /// Consecutive tries without progress.
  package var tries = 5
  package var firstPause: Duration = .milliseconds(500)
  package var longestPause: Duration = .seconds(30)
  /// A server may ask for this many seconds of patience; more is a failure that names the time.
  package var longestRequestedPause: Int64 = 120
  /// What the waits that a server asks for may add up to while it sends nothing: one that asks for a little patience again
  /// and again is not waited for without end.
  package var longestPatience: Duration = .seconds(600)
  /// Bytes that make a line count as moving forward.
  package var progressThatCounts: Int64 = 1 << 20

  package init() {}

  /// For a place that others can stand in for: tried twice, and not waited for.
  package static var mirror: RetryPolicy {
    var policy = RetryPolicy()
    policy.tries = 2
    policy.longestRequestedPause = 0
    return policy
  }

  package enum Step: Sendable, Equatable {
    case giveUp
    /// `isCounted`: whether the try counts against ``tries``.
    case retry(after: Duration, isCounted: Bool)
  }

  /// - Parameters:
  ///   - failures: consecutive counted failures, this one included.
  ///   - now: seconds since 1970.
  ///   - jitter: random, in `0..<1`.
  package func step(after failure: FailureKind, failures: Int, now: Int64, jitter: Double) -> Step {
    if case .rateLimited(let until?) = failure {
      let pause = max(until - now, 0)
      guard pause <= longestRequestedPause else { return .giveUp }
      return .retry(after: max(.seconds(pause), firstPause), isCounted: false)
    }
    guard failure.isTransient, failures < tries else { return .giveUp }
    let backOff = pause(failures: failures, jitter: jitter)
    switch failure {
    case .overloaded(let until?):
      let pause = max(until - now, 0)
      return pause <= longestRequestedPause ? .retry(after: max(.seconds(pause), backOff), isCounted: true) : .giveUp
    // A server may close an idle connection at the moment it is used again: nobody is overloaded.
    case .connectionLost where failures == 1: return .retry(after: .zero, isCounted: true)
    default: return .retry(after: backOff, isCounted: true)
    }
  }

  /// Exponential with full jitter.
  private func pause(failures: Int, jitter: Double) -> Duration {
    let exponent = min(max(failures - 1, 0), 16)
    return min(firstPause * (1 << exponent), longestPause) * jitter
  }
}
