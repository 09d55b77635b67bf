import Synchronization
import Testing

@testable import ImageTransfer

@Suite("Waiting for a host that asks for patience")
struct PatienceGateTests {
  @Test("T056: eight that are told to wait ask once for each announced wait")
  func oneProbe() async throws {
    let clock = ManualClock()
    let gate = PatienceGate(stopwatch: Stopwatch(clock))
    let asked = Mutex(0)
    gate.close(for: .seconds(2))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          while true {
            try await gate.pass()
            let count = asked.withLock { asked in
              asked += 1
              return asked
            }
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
      #expect(asked.withLock { $0 } == 0)
      clock.advance(by: .seconds(2))
      await clock.waitForSleepers(8)
      #expect(asked.withLock { $0 } == 1)
      clock.advance(by: .seconds(2))
      await clock.waitForSleepers(8)
      #expect(asked.withLock { $0 } == 2)
      clock.advance(by: .seconds(2))
      try await group.waitForAll()
      #expect(asked.withLock { $0 } == 10)
    }
  }

  @Test("where the first after a pause gives up, another tries")
  func yieldsToAnother() async throws {
    let clock = ManualClock()
    let gate = PatienceGate(stopwatch: Stopwatch(clock))
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
    let gate = PatienceGate(stopwatch: Stopwatch(clock))
    gate.close(for: .seconds(1000))
    let waiting = Task { try await gate.pass() }
    await clock.waitForSleepers(1)
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
  }
}
