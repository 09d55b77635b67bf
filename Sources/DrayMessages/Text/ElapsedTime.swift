/// A time that has passed: seconds with a tenth, and a clock's figures from a minute on.
package struct ElapsedTime: Sendable, Hashable, CustomStringConvertible {
  package let time: Duration

  package init(_ time: Duration) {
    self.time = time
  }

  package var description: String {
    let tenths = time.inSeconds * 10
    guard tenths < 599.5 else { return "\(ClockTime(time))" }
    let whole = Int(max(0, tenths).rounded())
    return "\(whole / 10).\(whole % 10) s"
  }
}
