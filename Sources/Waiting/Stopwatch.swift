/// Time since a beginning, on whichever clock is passed in.
package struct Stopwatch: Sendable {
  private let read: @Sendable () -> Duration
  private let clock: any Clock<Duration>

  package init(_ clock: any Clock<Duration>) {
    self.clock = clock
    read = Self.reader(clock)
  }

  package var elapsed: Duration { read() }

  package func sleep(for duration: Duration) async throws {
    try await clock.sleep(for: duration)
  }

  private static func reader<C: Clock<Duration>>(_ clock: C) -> @Sendable () -> Duration {
    let start = clock.now
    return { start.duration(to: clock.now) }
  }
}
