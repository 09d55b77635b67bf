/// How much may be written at once, and how long to wait behind it, so that a body keeps to its rate.
struct Throttle {
  private let rate: Int64?
  private let start = ContinuousClock.now
  private var sent: Int64 = 0

  /// - Parameter rates: in bytes a second; the lowest counts, none means no limit.
  init(rates: Int64?...) {
    rate = rates.compactMap(\.self).min().map { max(1, $0) }
  }

  /// In bytes: 50 pieces a second at least, or single bytes, so that a slow line is even.
  var largestPiece: Int64 { rate.map { max(1, $0 / 50) } ?? .max }

  mutating func wait(after count: Int64) -> Duration {
    sent += count
    guard let rate else { return .zero }
    return .seconds(Double(sent) / Double(rate)) - (ContinuousClock.now - start)
  }
}
