/// Whether a limit of bytes per second is what holds transfers back. As long as it is, the pace of a claim or a source says
/// nothing about them, and nobody else would be quicker. A value; the engine tells it what was measured.
package struct RateCeiling: Sendable {
  /// How long is measured before it is judged: longer than the machine may be busy with something else.
  package static let window: Duration = .seconds(3)
  /// The part of the limit from which on it is believed to be what holds back.
  package static let share = 0.5

  private let bytesPerSecond: Int64
  private var began: (at: Duration, bytes: Int64)?
  /// True until something else is shown.
  package private(set) var isReached = true

  package init(bytesPerSecond: Int64) {
    self.bytesPerSecond = bytesPerSecond
  }

  /// - Parameter bytes: fetched since the beginning, from all sources together.
  package mutating func measure(bytes: Int64, at now: Duration) {
    guard let began, bytes >= began.bytes else {
      began = (now, bytes)
      return
    }
    let time = now - began.at
    guard time >= Self.window else { return }
    isReached = Double(bytes - began.bytes) >= Double(bytesPerSecond) * Self.share * (time / .seconds(1))
    self.began = (now, bytes)
  }
}
