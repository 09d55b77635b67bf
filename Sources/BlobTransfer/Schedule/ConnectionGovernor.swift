/// How many connections one source gets: few at first, more once it has shown that more helps, fewer when it
/// complains. A value; the engine tells it what was measured.
package struct ConnectionGovernor: Sendable {
  /// Connections that any server can be expected to bear.
  package static let polite = 4
  /// How long a number of connections is measured before it is judged.
  package static let window: Duration = .milliseconds(250)
  /// The gain in bytes per second that makes more connections worth keeping.
  package static let worthwhileGain = 1.15

  package let most: Int
  package private(set) var allowed: Int

  private enum Phase {
    case measuringPolite
    case measuringMost(before: Double)
    case settled
  }
  private var phase: Phase
  private var windowBegan: Duration?
  private var bytesAtBegin: Int64 = 0

  /// - Parameter most: the number that the user allows.
  package init(most: Int) {
    self.most = max(most, 1)
    allowed = min(self.most, Self.polite)
    phase = self.most > Self.polite ? .measuringPolite : .settled
  }

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
      phase = .measuringMost(before: rate)
      allowed = most
      return true
    case .measuringMost(let before):
      if rate < before * Self.worthwhileGain { allowed = min(most, Self.polite) }
      phase = .settled
      return false
    case .settled: return false
    }
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
