/// A length of time as a clock shows it: `0:05`, `12:34`, `1:02:03`.
package struct ClockTime: Sendable, Hashable, CustomStringConvertible {
  package let seconds: Int

  /// The longest time that is shown; nobody plans by a longer one.
  private static let limit = 99 * 3600 + 59 * 60 + 59

  package init(seconds: Double) {
    self.seconds = seconds.isFinite ? Int(min(max(seconds.rounded(.up), 0), Double(Self.limit))) : Self.limit
  }

  package init(_ time: Duration) {
    self.init(seconds: time.inSeconds)
  }

  /// The time that `bytes` take at a rate; nil where nothing moves.
  package init?(for bytes: Int64, at rate: ByteRate?) {
    guard let rate, rate.bytesPerSecond > 0 else { return nil }
    self.init(seconds: Double(bytes) / rate.bytesPerSecond)
  }

  package var description: String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
    let twoDigits = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    return hours > 0
      ? "\(hours):\(twoDigits(minutes)):\(twoDigits(seconds))" : "\(minutes):\(twoDigits(seconds))"
  }
}

extension Duration {
  package var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
