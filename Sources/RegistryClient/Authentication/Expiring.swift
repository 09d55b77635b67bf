/// Something that counts until a moment, told as time since a common start.
struct Expiring<Value: Sendable>: Sendable {
  private let value: Value
  /// Nil: it counts for ever.
  private let end: Duration?

  init(_ value: Value, from now: Duration, for lifetime: Duration?) {
    self.value = value
    end = lifetime.map { now + $0 }
  }

  /// Nil once it has expired.
  func value(at now: Duration) -> Value? {
    if let end, now >= end { nil } else { value }
  }
}

/// Values by key, each of which counts for the same time.
struct ExpiringTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private var entries: [Key: Expiring<Value>] = [:]
  private let lifetime: Duration?

  /// - Parameter lifetime: nil for as long as the table lives.
  init(lifetime: Duration?) {
    self.lifetime = lifetime
  }

  subscript(key: Key, at now: Duration) -> Value? {
    get { entries[key]?.value(at: now) }
    set { entries[key] = newValue.map { Expiring($0, from: now, for: lifetime) } }
  }

  func values(at now: Duration) -> [Value] { entries.values.compactMap { $0.value(at: now) } }
}

/// Time since its making, on a clock of any kind.
struct ElapsedTime: Sendable {
  private let read: @Sendable () -> Duration

  init(_ clock: any Clock<Duration>) {
    read = Self.reading(clock)
  }

  var elapsed: Duration { read() }

  private static func reading<C: Clock<Duration>>(_ clock: C) -> @Sendable () -> Duration {
    let start = clock.now
    return { start.duration(to: clock.now) }
  }
}
