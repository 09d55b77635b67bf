import ManualClocks
import Synchronization
import Testing
import Waiting

@Suite("Waiting for a host that asks for patience")
struct PatienceGateTests {
  @Test("T056: eight that are told to wait ask once for each announced wait")
  func oneProbe() async throws {
    let clock = ManualClock()
    let gate = PatienceGate(stopwatch: Stopwatch(clock), limit: .seconds(3600))
    let asked = Counter()
    gate.close(for: .seconds(2))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          while true {
            try await gate.pass()
            let count = asked.next()
            // The host says 429 twice more, then serves.
            if count <= 2 {
              gate.close(for: .seconds(2))
            } else {
              gate.open()
              return
            }
          }
        }
      }
      await clock.waitForSleepers(8)
      #expect(asked.value == 0)
      clock.advance(by: .seconds(2))
      await clock.waitForSleepers(8)
      #expect(asked.value == 1)
      clock.advance(by: .seconds(2))
      await clock.waitForSleepers(8)
      #expect(asked.value == 2)
      clock.advance(by: .seconds(2))
      try await group.waitForAll()
      #expect(asked.value == 10)
    }
  }

  @Test("where the first after a pause gives up, another tries")
  func yieldsToAnother() async throws {
    let clock = ManualClock()
    let gate = PatienceGate(stopwatch: Stopwatch(clock), limit: .seconds(3600))
    gate.close(for: .seconds(1))
    clock.advance(by: .seconds(1))
    try await gate.pass()
    async let other: Void = gate.pass()
    gate.yield()
    try await other
  }

  @Test("a cancelled wait ends")
  func cancellation() async {
    let clock = ManualClock()
    let gate = PatienceGate(stopwatch: Stopwatch(clock), limit: .seconds(3600))
    gate.close(for: .seconds(1000))
    let waiting = Task { try await gate.pass() }
    await clock.waitForSleepers(1)
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
  }
}

private final class Counter: Sendable {
  private let count = Mutex(0)

  var value: Int { count.withLock { $0 } }

  func next() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }
}
