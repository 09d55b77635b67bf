import ScriptedServer
import SeededRandom
import Synchronization

/// What goes wrong during one pull: a few faults, drawn one after another from a seed.
///
/// Each is one that dray promises to survive, alone and with the others: at most four in one run of the program, so
/// that five tries without progress never come together; one wrong byte for each blob.
final class ChaosPlan: Sendable {
  enum Fault: String, CaseIterable {
    case reset, stall, truncation, shortRange, ignoredRange, wrongRange, flippedBit, slowDrip, hangUp
    case tooManyRequests, serverFailure, tokenExpiry, addressExpiry, closedConnection
    /// Bytes behind the end: the one that ends a run, with a clear word; the next run goes on.
    case surplus
  }

  private struct State {
    var random: SeededRandom
    var left = 0
    var thrown: [Fault] = []
    var flipped: Set<String> = []
    var hasSurplus = false
    /// Tokens and signed addresses of an earlier generation are not accepted any more.
    var tokens = 0
    var addresses = 0
  }

  private let state: Mutex<State>
  private let faultsPerRun: ClosedRange<Int>

  init(seed: UInt64, faultsPerRun: ClosedRange<Int> = 1...4) {
    state = Mutex(State(random: SeededRandom(seed: seed)))
    self.faultsPerRun = faultsPerRun
  }

  /// Deals the faults of the next run of the program.
  func beginRun() {
    state.withLock { state in
      state.left = .random(in: faultsPerRun, using: &state.random)
      state.hasSurplus = false
    }
  }

  /// When the next run is killed; nil: not at all.
  func nextLife() -> Duration? {
    state.withLock { state in
      guard Int.random(in: 0..<10, using: &state.random) < 4 else { return nil }
      return .milliseconds(Int.random(in: 5...700, using: &state.random))
    }
  }

  var thrown: [Fault] { state.withLock { $0.thrown } }
  /// The run that is on got more bytes than a blob has: it must end.
  var hasSurplus: Bool { state.withLock { $0.hasSurplus } }
  var tokenGeneration: Int { state.withLock { $0.tokens } }
  var addressGeneration: Int { state.withLock { $0.addresses } }

  /// The fault that befalls a request, if any.
  ///
  /// - Parameters:
  ///   - possible: what makes sense for it.
  ///   - blob: a name for the bytes that it carries.
  ///   - share: how many of ten such requests a fault befalls.
  private func draw(_ possible: [Fault], blob: String, share: Int) -> (fault: Fault, amount: Double)? {
    state.withLock { state in
      guard state.left > 0, Int.random(in: 0..<10, using: &state.random) < share,
        let fault = possible.randomElement(using: &state.random)
      else { return nil }
      let amount = Double.random(in: 0..<1, using: &state.random)
      switch fault {
      case .flippedBit: guard state.flipped.insert(blob).inserted else { return nil }
      case .surplus:
        // Rarely: it ends the run.
        guard !state.hasSurplus, amount < 0.3 else { return nil }
        state.hasSurplus = true
      case .tokenExpiry: state.tokens += 1
      case .addressExpiry: state.addresses += 1
      default: break
      }
      state.left -= 1
      state.thrown.append(fault)
      return (fault, amount)
    }
  }

  /// A reply without a body worth breaking: of the token service, a manifest, a redirect.
  func disturb(_ reply: Reply, blob: String = "") -> Reply {
    guard let (fault, amount) = draw([.hangUp, .tooManyRequests, .serverFailure, .truncation], blob: blob, share: 2)
    else {
      return reply
    }
    return refusal(fault, amount) ?? reply.finish(after: Int64(amount * Double(min(reply.body.count, 1 << 20))))
  }

  /// A blob, or the range of it that is asked for.
  func disturb(blob: ImageFixture.Blob, for request: RecordedRequest) -> Reply {
    let honest = Reply.blob(blob.body, for: request)
    guard let (fault, amount) = draw(Fault.allCases, blob: blob.digest, share: 7) else { return honest }
    let size = honest.body.count
    let place = Int64(amount * Double(size))
    switch fault {
    case .reset: return honest.reset(after: place)
    case .stall: return honest.stall(after: place)
    case .truncation: return honest.finish(after: place)
    case .flippedBit: return honest.flippingBit(at: min(place, size - 1))
    case .slowDrip: return honest.with { $0.rate = 1 << 20 }
    case .closedConnection: return honest.announcingClose
    case .shortRange: return .blob(blob.body, for: request, ranges: .shorter(max(1, place)))
    case .ignoredRange: return .blob(blob.body, for: request, ranges: .ignored)
    case .wrongRange: return .blob(blob.body, for: request, ranges: Self.lie(amount))
    // The length is left open, so that only the bytes themselves are too many.
    case .surplus: return honest.surplus(1 + place).with { $0.framing = .chunked }
    case .hangUp, .tooManyRequests, .serverFailure: return refusal(fault, amount) ?? honest
    case .tokenExpiry, .addressExpiry: return honest
    }
  }

  private static func lie(_ amount: Double) -> Reply.Ranges {
    let lies: [Reply.Ranges] = [
      .wholeBodyAs206, .startOff(by: -1), .startOff(by: 1), .withoutContentRange, .twoContentRanges,
      .contentRange("bytes 5-1/9"), .wrongTotal(7), .longer(1), .unsatisfiable,
    ]
    return lies[Int(amount * Double(lies.count))]
  }

  private func refusal(_ fault: Fault, _ amount: Double) -> Reply? {
    switch fault {
    case .hangUp: return .hangUp(amount < 0.5 ? .reset : .finish)
    case .tooManyRequests:
      let forms: [HeaderFields] = [
        [("Retry-After", "1")], [], [("Retry-After", "0")], [("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")],
        [("Retry-After", "soon")],
      ]
      return Reply(429, headers: forms[Int(amount * Double(forms.count))])
    case .serverFailure:
      let statuses = [500, 502, 503, 504, 408]
      return Reply(statuses[Int(amount * Double(statuses.count))], headers: amount < 0.3 ? [("Retry-After", "1")] : [])
    default: return nil
    }
  }
}
