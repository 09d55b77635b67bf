/// Tries an operation again by a ``RetryPolicy``.
package struct Retrier: Sendable {
  package var policy: RetryPolicy
  package var clock: any Clock<Duration>
  /// Seconds since 1970.
  package var now: @Sendable () -> Int64
  /// Random, in `0..<1`.
  package var jitter: @Sendable () -> Double

  package init(
    policy: RetryPolicy = RetryPolicy(), clock: any Clock<Duration> = ContinuousClock(),
    now: @escaping @Sendable () -> Int64, jitter: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
  ) {
    self.policy = policy
    self.clock = clock
    self.now = now
    self.jitter = jitter
  }

  package func run<Result: Sendable>(_ operation: @Sendable () async throws -> Result) async throws -> Result {
    var (failures, waited) = (0, Duration.zero)
    while true {
      do {
        return try await operation()
      } catch let error as any RetriableFailure {
        try await pause(after: error, failures: &failures, waited: &waited)
      }
    }
  }

  /// Waits as long as the policy wants.
  ///
  /// - Parameter waited: what the server asked for so far.
  /// - Throws: `error`, with the number of tries, where another is not worth it; `CancellationError`.
  private func pause(after error: any RetriableFailure, failures: inout Int, waited: inout Duration) async throws {
    switch policy.step(after: error.kind, failures: failures + 1, now: now(), jitter: jitter()) {
    case .giveUp: throw error.after(tries: failures + 1)
    case .retry(let pause, let isCounted):
      if isCounted {
        failures += 1
      } else {
        guard waited + pause <= policy.longestPatience else { throw error.outOfPatience(waited: waited) }
        waited += pause
      }
      try await clock.sleep(for: pause)
    }
  }
}
