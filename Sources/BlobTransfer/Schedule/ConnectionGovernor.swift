/// How many connections one source gets: few at first, more once it has shown that more helps, fewer when it
/// complains. A value; the engine tells it what was measured.
package struct ConnectionGovernor: Sendable {
  /// Connections that any server can be expected to bear.
  package static let polite = 4
  /// How long a number of connections is measured before it is judged.
  package static let window: Duration = .milliseconds(250)
  /// The gain in bytes per second that makes more connections worth keeping.
  package static let worthwhileGain = 1.15

  /// How it goes on to more.
  package enum Growth: Sendable {
    /// To all that the user allows, at once.
    case most
    /// Twice as many each time: what is begun cannot be put aside.
    case doubling
  }

  package let most: Int
  package private(set) var allowed: Int
  private let polite: Int
  private let growth: Growth

  private enum Phase {
    case measuringPolite
    /// The rate that fewer connections had.
    case measuringMore(before: Double, fewer: Int)
    case settled
  }
  private var phase: Phase
  private var windowBegan: Duration?
  private var bytesAtBegin: Int64 = 0

  /// - Parameters:
  ///   - most: the number that the user allows.
  ///   - polite: the number that is begun with.
  package init(most: Int, polite: Int = ConnectionGovernor.polite, growth: Growth = .most) {
    self.most = max(most, 1)
    self.polite = min(self.most, polite)
    self.growth = growth
    allowed = self.polite
    phase = self.most > polite ? .measuringPolite : .settled
  }

  /// Whether it has found its number.
  package var isSettled: Bool { if case .settled = phase { true } else { false } }

  /// Takes a measurement: bytes fetched since the beginning, and whether every allowed connection is busy.
  ///
  /// - Returns: whether ``allowed`` has grown.
  package mutating func measure(bytes: Int64, at now: Duration, isSaturated: Bool) -> Bool {
    if case .settled = phase { return false }
    guard isSaturated, bytes > 0 else {
      windowBegan = nil
      return false
    }
    guard let began = windowBegan else {
      windowBegan = now
      bytesAtBegin = bytes
      return false
    }
    let time = now - began
    guard time >= Self.window else { return false }
    let rate = Double(bytes - bytesAtBegin) / (time / .seconds(1))
    windowBegan = nil
    switch phase {
    case .measuringPolite:
      grow(from: rate)
      return true
    case .measuringMore(let before, let fewer):
      if rate < before * Self.worthwhileGain {
        allowed = fewer
        phase = .settled
        return false
      }
      guard allowed < most else {
        phase = .settled
        return false
      }
      grow(from: rate)
      return true
    case .settled: return false
    }
  }

  private mutating func grow(from rate: Double) {
    phase = .measuringMore(before: rate, fewer: allowed)
    allowed = growth == .most ? most : min(2 * allowed, most)
  }

  /// Nothing has to be shown first: the work is many short requests.
  package mutating func allowMost() {
    guard case .measuringPolite = phase else { return }
    allowed = most
    phase = .settled
  }

  /// The source answered 429 or 503: half as many connections, and no more attempts at more.
  package mutating func stepDown() {
    allowed = max(1, allowed / 2)
    phase = .settled
  }
}
