import HTTPAccess
import SeededRandom
import Testing

@Suite("A limit for all connections together")
struct ByteRateLimitTests {
  @Test("what came is paid for by a wait, and a pause earns nothing")
  func waits() {
    var limit = ByteRateLimit(rate: 1000)
    #expect(limit.take(500, at: .zero) == .milliseconds(500))
    #expect(limit.take(500, at: .zero) == .seconds(1))
    #expect(limit.take(100, at: .milliseconds(600)) == .milliseconds(500))
    #expect(limit.take(1000, at: .seconds(100)) == .seconds(1))
  }

  @Test("connections that obey it keep to the rate, whatever their number and pieces")
  func obeyed() {
    for seed in 0..<20 {
      var random = SeededRandom(seed: UInt64(seed))
      let rate = Int64.random(in: 1000...50_000_000, using: &random)
      var limit = ByteRateLimit(rate: rate)
      var ready = [Duration](repeating: .zero, count: Int.random(in: 1...8, using: &random))
      let size = limit.readSize(connections: ready.count, most: 256 * 1024)
      var total: Int64 = 0
      var now = Duration.zero
      while now < .seconds(20) {
        guard let next = ready.indices.min(by: { ready[$0] < ready[$1] }) else { return }
        now = ready[next]
        let count = Int.random(in: 1...size, using: &random)
        total += Int64(count)
        ready[next] = now + limit.take(count, at: now)
      }
      let allowed = Double(rate) * (now / .seconds(1))
      #expect(abs(Double(total) - allowed) <= allowed * 0.1 + Double(size * ready.count), "seed \(seed)")
    }
  }

  @Test("no connection is left waiting for long")
  func readSizes() {
    #expect(ByteRateLimit(rate: 1 << 40).readSize(connections: 8, most: 262_144) == 262_144)
    #expect(ByteRateLimit(rate: 160_000).readSize(connections: 8, most: 262_144) == 10_000)
    #expect(ByteRateLimit(rate: 1).readSize(connections: 8, most: 262_144) == 1024)
  }
}
