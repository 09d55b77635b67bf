/// How many connections one source gets: few at first, more once it has shown that more helps, fewer when it
/// complains. A value; the engine tells it what was measured.
package struct ConnectionGovernor: Sendable {
  /// Connections that any server can be expected to bear.
  package static let polite = 4
  /// How long a number of connections is measured before it is judged.
  package static let window: Duration = .milliseconds(250)
  /// The gain in bytes per second that makes more connections worth keeping.
  package static let worthwhileGain = 1.15
  /// The same where twice as many are begun and cannot be put aside.
  package static let worthwhileDoubling = 1.4

  /// Requests for small blobs that go for each connection that the user allows: a wait for each of many costs a source
  /// nothing.
  package static let smallBlobs = 3

  /// How it goes on to more.
  package enum Growth: Sendable {
    /// To all that the user allows, at once.
    case most
    /// Twice as many each time: what is begun cannot be put aside.
    case doubling
  }

  package let most: Int
  package private(set) var allowed: Int
  /// The source has never asked for patience.
  private var isUnhindered = true
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
  /// What is sent over new connections fills buffers on the way first, and says nothing of a rate.
  private var isFillingBuffers: Bool
  private var bytesAtBegin: Int64 = 0

  /// - Parameters:
  ///   - most: the number that the user allows.
  ///   - polite: the number that is begun with.
  package init(most: Int, polite: Int = ConnectionGovernor.polite, growth: Growth = .most) {
    self.most = max(most, 1)
    self.polite = min(self.most, polite)
    self.growth = growth
    allowed = self.polite
    isFillingBuffers = growth == .doubling
    phase = self.most > polite ? .measuringPolite : .settled
  }

  /// How many may be busy where one of them is to fetch a small blob.
  package var allowedForSmallBlobs: Int { isUnhindered ? max(allowed, Self.smallBlobs * most) : allowed }

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
    guard !isFillingBuffers else {
      isFillingBuffers = false
      return false
    }
    switch phase {
    case .measuringPolite:
      grow(from: rate)
      return true
    case .measuringMore(let before, let fewer):
      if rate < before * (growth == .most ? Self.worthwhileGain : Self.worthwhileDoubling) {
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
    isFillingBuffers = growth == .doubling
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
    isUnhindered = false
    phase = .settled
  }
}
