/// A regular expression as a program for a machine of states that all run at once (Thompson; R. Cox, "Regular Expression
/// Matching Can Be Simple And Fast").
struct ExpressionProgram: Sendable {
  private enum Step: Sendable {
    case bytes(ByteSet)
    case assertion(ExpressionAssertion)
    /// Goes on at both places.
    case fork(Int, Int)
    case jump(Int)
    case match
  }

  private static let stepLimit = 5_000

  private var steps: [Step] = []
  private var visits = 0

  /// - Throws: ``NameExpressionError`` for an expression that would make a program of too many steps.
  init(_ node: ExpressionNode, text: String) throws(NameExpressionError) {
    guard add(node), append(.match) else { throw NameExpressionError(text: text, reason: .tooLarge) }
  }

  private mutating func append(_ step: Step) -> Bool {
    steps.append(step)
    return steps.count <= Self.stepLimit
  }

  /// Returns whether there was place for it.
  private mutating func add(_ node: ExpressionNode) -> Bool {
    // What needs no step counts too: it may be repeated a thousand times a thousand times.
    visits += 1
    guard visits <= Self.stepLimit else { return false }
    switch node {
    case .empty: return true
    case .bytes(let set): return append(.bytes(set))
    case .assertion(let assertion): return append(.assertion(assertion))
    case .sequence(let parts):
      for part in parts where !add(part) { return false }
      return true
    case .choice(let branches): return add(branches)
    case .repeated(let part, let from, let upTo): return add(part, from: from, upTo: upTo)
    }
  }

  private mutating func add(_ branches: [ExpressionNode]) -> Bool {
    var jumps: [Int] = []
    for branch in branches.dropLast() {
      let fork = steps.count
      guard append(.fork(fork + 1, 0)), add(branch) else { return false }
      jumps.append(steps.count)
      guard append(.jump(0)) else { return false }
      steps[fork] = .fork(fork + 1, steps.count)
    }
    guard let last = branches.last, add(last) else { return false }
    for jump in jumps { steps[jump] = .jump(steps.count) }
    return true
  }

  private mutating func add(_ part: ExpressionNode, from: Int, upTo: Int?) -> Bool {
    for _ in 0..<from {
      guard add(part) else { return false }
    }
    guard let upTo else {
      let fork = steps.count
      guard append(.fork(fork + 1, 0)), add(part), append(.jump(fork)) else { return false }
      steps[fork] = .fork(fork + 1, steps.count)
      return true
    }
    var forks: [Int] = []
    for _ in from..<max(from, upTo) {
      forks.append(steps.count)
      guard append(.fork(steps.count + 1, 0)), add(part) else { return false }
    }
    for fork in forks { steps[fork] = .fork(fork + 1, steps.count) }
    return true
  }

  /// - Parameter whole: whether it must stand for the whole text, and not for any part of it.
  func matches(_ text: [UInt8], whole: Bool) -> Bool {
    var states = States(count: steps.count)
    for position in 0...text.count {
      // A match may begin anywhere.
      if position == 0 || !whole { reach(0, &states, in: text, at: position) }
      if states.isMatch, !whole || position == text.count { return true }
      guard position < text.count else { break }
      var next = States(count: steps.count)
      for place in states.waiting {
        if case .bytes(let set) = steps[place], set.contains(text[position]) {
          reach(place + 1, &next, in: text, at: position + 1)
        }
      }
      states = next
      if states.waiting.isEmpty, !states.isMatch, whole { return false }
    }
    return false
  }

  /// The places that the machine is at.
  private struct States {
    var seen: [Bool]
    /// Those that wait for a byte.
    var waiting: [Int] = []
    var isMatch = false

    init(count: Int) { seen = Array(repeating: false, count: count) }
  }

  private func reach(_ place: Int, _ states: inout States, in text: [UInt8], at position: Int) {
    var pending = [place]
    while let place = pending.popLast() {
      guard !states.seen[place] else { continue }
      states.seen[place] = true
      switch steps[place] {
      case .bytes: states.waiting.append(place)
      case .assertion(let assertion):
        if Self.holds(assertion, in: text, at: position) { pending.append(place + 1) }
      case .fork(let one, let other): pending += [other, one]
      case .jump(let target): pending.append(target)
      case .match: states.isMatch = true
      }
    }
  }

  private static func holds(_ assertion: ExpressionAssertion, in text: [UInt8], at position: Int) -> Bool {
    let isBoundary =
      (position > 0 && ByteSet.word.contains(text[position - 1]))
      != (position < text.count && ByteSet.word.contains(text[position]))
    return switch assertion {
    case .start: position == 0
    case .end: position == text.count
    case .wordBoundary: isBoundary
    case .noWordBoundary: !isBoundary
    }
  }
}
