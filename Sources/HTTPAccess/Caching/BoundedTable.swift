/// Values by key that end twice over: each counts for a time, and there are never more of them than a limit. So what a
/// process remembers stays small, however long it lives.
///
/// Times are told since any start that all calls share.
package struct BoundedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Entry: Sendable {
    let value: Value
    /// Nil: it does not expire.
    let end: Duration?
    var lastUse: Int

    func hasExpired(at now: Duration) -> Bool { end.map { now >= $0 } ?? false }
  }

  private var entries: [Key: Entry] = [:]
  private var uses = 0
  private let limit: Int
  private let lifetime: Duration?

  /// - Parameters:
  ///   - limit: above it the value goes that was used least recently.
  ///   - lifetime: how long a value counts; nil for as long as the table lives.
  package init(limit: Int, lifetime: Duration? = nil) {
    self.limit = max(limit, 1)
    self.lifetime = lifetime
  }

  package subscript(key: Key, at now: Duration) -> Value? {
    mutating get {
      guard let entry = entries[key] else { return nil }
      if entry.hasExpired(at: now) {
        entries[key] = nil
        return nil
      }
      uses += 1
      entries[key]?.lastUse = uses
      return entry.value
    }
    set {
      if let newValue { keep(newValue, for: key, at: now, lifetime: lifetime) } else { entries[key] = nil }
    }
  }

  /// Keeps a value for a time of its own.
  package mutating func keep(_ value: Value, for key: Key, at now: Duration, lifetime: Duration?) {
    uses += 1
    entries[key] = Entry(value: value, end: lifetime.map { now + $0 }, lastUse: uses)
    guard entries.count > limit else { return }
    entries = entries.filter { !$0.value.hasExpired(at: now) }
    guard entries.count > limit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return }
    entries[oldest.key] = nil
  }

  /// What counts at this time, in no order. This is no use of any of it.
  package func all(at now: Duration) -> [(key: Key, value: Value)] {
    entries.filter { !$0.value.hasExpired(at: now) }.map { ($0.key, $0.value.value) }
  }

  package var count: Int { entries.count }
}
