/// How much may be written at once, and how long to wait behind it, for a pace and for a connection's bandwidth.
struct Throttle {
  private let pace: Pace?
  private let bytesPerSecond: Int?
  private let start = ContinuousClock.now
  private var sent = 0

  init(pace: Pace?, bytesPerSecond: Int?) {
    self.pace = pace
    self.bytesPerSecond = bytesPerSecond
  }

  var largestWrite: Int {
    // At least 50 writes a second, so that a slow line is even.
    min(pace.map { max(1, $0.bytes) } ?? .max, bytesPerSecond.map { max(1, $0 / 50) } ?? .max)
  }

  mutating func wait(after count: Int) -> Duration {
    sent += count
    var wait = pace?.tick ?? .zero
    if let bytesPerSecond, bytesPerSecond > 0 {
      let due = Duration.seconds(Double(sent) / Double(bytesPerSecond))
      wait = max(wait, due - (ContinuousClock.now - start))
    }
    return wait
  }
}
