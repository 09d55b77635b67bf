/// A script in use: which rule answers the next request, and which were used how often.
struct RuleBook {
  private var entries: [(rule: Rule, uses: Int)]
  private let order: Script.Order
  private var position = 0

  init(_ script: Script) {
    entries = script.rules.map { ($0, 0) }
    order = script.order
  }

  /// The rule for a request, now used once more; nil: unexpected.
  mutating func take(_ request: RecordedRequest) -> (rule: Rule, use: Int)? {
    guard let index = index(for: request) else { return nil }
    position = index
    entries[index].uses += 1
    return (entries[index].rule, entries[index].uses)
  }

  /// Puts rules behind all others.
  mutating func append(_ rules: [Rule]) {
    entries += rules.map { ($0, 0) }
  }

  /// Forgets all rules.
  mutating func removeAll() {
    entries = []
    position = 0
  }

  /// Puts rules before all others.
  mutating func prepend(_ rules: [Rule]) {
    entries.insert(contentsOf: rules.map { ($0, 0) }, at: 0)
    position += rules.count
  }

  /// Names of the required rules that no request has used.
  var unmet: [String] {
    entries.filter { $0.rule.isRequired && $0.uses == 0 }.map(\.rule.name)
  }

  func uses(ofRuleNamed name: String) -> Int {
    entries.filter { $0.rule.name == name }.reduce(0) { $0 + $1.uses }
  }

  private func index(for request: RecordedRequest) -> Int? {
    switch order {
    case .any:
      return entries.indices.first { isOpen($0) && entries[$0].rule.takes(request) }
    case .asListed:
      guard position < entries.count else { return nil }
      if isOpen(position), entries[position].rule.takes(request) { return position }
      let next = position + 1
      guard entries[position].uses > 0, next < entries.count, entries[next].rule.takes(request) else { return nil }
      return next
    }
  }

  private func isOpen(_ index: Int) -> Bool {
    entries[index].rule.limit.map { entries[index].uses < $0 } ?? true
  }
}
