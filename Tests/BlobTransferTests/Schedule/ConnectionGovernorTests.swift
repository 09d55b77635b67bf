import Testing

@testable import BlobTransfer

@Suite("How many connections a source gets")
struct ConnectionGovernorTests {
  /// Feeds a steady rate, in bytes per second, for a while.
  private func run(
    _ governor: inout ConnectionGovernor, from start: Duration, bytes: Int64, rate: (Int) -> Double
  ) -> (Duration, Int64) {
    var (now, bytes) = (start, bytes)
    for _ in 0..<8 {
      _ = governor.measure(bytes: bytes, at: now, isSaturated: true)
      now += .milliseconds(100)
      bytes += Int64(rate(governor.allowed) / 10)
    }
    return (now, bytes)
  }

  @Test("four at first, all of them where each brings its own share")
  func scales() {
    var governor = ConnectionGovernor(most: 8)
    #expect(governor.allowed == 4)
    _ = run(&governor, from: .zero, bytes: 1) { Double($0) * 20e6 }
    #expect(governor.allowed == 8)
  }

  @Test("four again where more bring nothing")
  func doesNotScale() {
    var governor = ConnectionGovernor(most: 8)
    _ = run(&governor, from: .zero, bytes: 1) { _ in 100e6 }
    #expect(governor.allowed == 4)
  }

  @Test("T249: twice as many uploads each time, as long as that is faster; else as many as before")
  func doubles() {
    var growing = ConnectionGovernor(most: 8, polite: 2, growth: .doubling)
    var allowed = [growing.allowed]
    var (now, bytes) = (Duration.zero, Int64(1))
    for _ in 0..<8 {
      (now, bytes) = run(&growing, from: now, bytes: bytes) { Double($0) * 20e6 }
      if growing.allowed != allowed.last { allowed.append(growing.allowed) }
    }
    #expect(allowed.first == 2)
    #expect(allowed.last == 8)
    #expect(growing.isSettled)
    var limited = ConnectionGovernor(most: 8, polite: 2, growth: .doubling)
    (now, bytes) = (.zero, 1)
    for _ in 0..<4 { (now, bytes) = run(&limited, from: now, bytes: bytes) { _ in 100e6 } }
    #expect(limited.allowed == 2)
    #expect(limited.isSettled)
  }

  @Test("T304: what new connections only buffer is no gain")
  func buffers() {
    var governor = ConnectionGovernor(most: 8, polite: 2, growth: .doubling)
    var (now, bytes, known) = (Duration.zero, Int64(1), 0)
    for _ in 0..<40 {
      _ = governor.measure(bytes: bytes, at: now, isSaturated: true)
      now += .milliseconds(100)
      bytes += 10_000_000 + Int64(max(governor.allowed - known, 0)) * 8_000_000
      known = max(known, governor.allowed)
    }
    #expect(governor.allowed == 2)
    #expect(governor.isSettled)
  }

  @Test("T304: small blobs are fetched over more connections, as long as the source bears that")
  func smallBlobs() {
    var governor = ConnectionGovernor(most: 8)
    #expect(governor.allowedForSmallBlobs == 24)
    governor.stepDown()
    #expect(governor.allowedForSmallBlobs == governor.allowed)
  }

  @Test("half as many after 429 or 503, and no more attempts at more")
  func stepsDown() {
    var governor = ConnectionGovernor(most: 8)
    governor.stepDown()
    #expect(governor.allowed == 2)
    _ = run(&governor, from: .zero, bytes: 1) { Double($0) * 20e6 }
    #expect(governor.allowed == 2)
    governor.stepDown()
    governor.stepDown()
    #expect(governor.allowed == 1)
  }

  @Test("never more than the user allows")
  func most() {
    #expect(ConnectionGovernor(most: 2).allowed == 2)
    #expect(ConnectionGovernor(most: 0).allowed == 1)
  }
}
