/// What lets requests in, by what they are for. Two repositories may have two accounts, so nothing that one of them was
/// given is sent for the other.
struct Grants: Sendable {
  private let clock: any Clock<Duration>
  private var grants: [TokenScope: Grant] = [:]

  private struct Grant {
    let authorization: Authorization
    let provesLogin: Bool
    let isAlive: @Sendable () -> Bool
  }

  init(clock: any Clock<Duration>) {
    self.clock = clock
  }

  /// Whether there ever was one, alive or not.
  func has(_ scope: TokenScope) -> Bool { grants[scope] != nil }

  /// One that has not expired.
  func authorization(for scope: TokenScope) -> Authorization? {
    guard let grant = grants[scope], grant.isAlive() else { return nil }
    return grant.authorization
  }

  /// Whether requests for this say whose they are.
  func provesLogin(_ scope: TokenScope) -> Bool { grants[scope]?.provesLogin ?? false }

  /// - Parameters:
  ///   - lifetime: in seconds from now; nil for as long as there are requests.
  ///   - provesLogin: whether it was given to somebody, and not to everybody.
  mutating func keep(
    _ authorization: Authorization, for scope: TokenScope, lifetime: Int64? = nil, provesLogin: Bool
  ) -> Authorization {
    var isAlive: @Sendable () -> Bool = { true }
    if let lifetime { isAlive = aliveness(clock, seconds: lifetime) }
    grants[scope] = Grant(authorization: authorization, provesLogin: provesLogin, isAlive: isAlive)
    return authorization
  }
}

/// Whether less than `seconds` have passed on `clock` since now.
private func aliveness<C: Clock<Duration>>(_ clock: C, seconds: Int64) -> @Sendable () -> Bool {
  let end = clock.now.advanced(by: .seconds(seconds))
  return { clock.now < end }
}
