import DrayMessages

/// The rate of the last seconds, from a growing number of bytes.
struct RateWindow: Sendable {
  private struct Sample {
    let time: Duration
    let bytes: Int64
  }

  /// Long enough to be calm, short enough to show that a line has become slow.
  static let length = Duration.seconds(5)
  /// Before so much has been watched, a rate would be a guess.
  static let shortestWatch = Duration.milliseconds(400)
  private static let spacing = Duration.milliseconds(100)

  private var samples: [Sample] = []

  /// Notes how many bytes there are in all at a moment. Fewer than before start the window anew.
  mutating func add(_ bytes: Int64, at time: Duration) {
    if let last = samples.last, bytes < last.bytes || time < last.time { samples = [] }
    if samples.count >= 2, time - samples[samples.count - 2].time < Self.spacing { samples.removeLast() }
    samples.append(Sample(time: time, bytes: bytes))
    // One sample at the far edge or beyond it stays: the window is then never shorter than its length.
    while samples.count > 2, time - samples[1].time >= Self.length { samples.removeFirst() }
  }

  /// Nil until enough has been watched.
  var rate: ByteRate? {
    guard let first = samples.first, let last = samples.last, last.time - first.time >= Self.shortestWatch
    else { return nil }
    return ByteRate(bytes: last.bytes - first.bytes, during: last.time - first.time)
  }

  var isMoving: Bool { (rate?.bytesPerSecond ?? 0) > 0 }
}
