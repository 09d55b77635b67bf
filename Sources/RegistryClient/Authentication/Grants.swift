/// What lets requests in, by what they are for. Two repositories may have two accounts, so nothing that one of them was
/// given is sent for the other.
struct Grants: Sendable {
  private let clock: any Clock<Duration>
  private var grants: [TokenScope: Grant] = [:]

  private struct Grant {
    let authorization: Authorization
    let provesLogin: Bool
    /// Whether it lives for a time that is longer than the one that is asked for.
    let isAlive: @Sendable (Margin) -> Bool
  }

  /// How much of its life must be left.
  enum Margin: Sendable {
    case none
    /// A minute, or a third of its life where that is more: a token is looked at when a request begins, and a body may
    /// come late.
    case forBody
  }

  init(clock: any Clock<Duration>) {
    self.clock = clock
  }

  /// Whether there ever was one, alive or not.
  func has(_ scope: TokenScope) -> Bool { grant(for: scope) != nil }

  /// One that has not expired.
  func authorization(for scope: TokenScope, margin: Margin = .none) -> Authorization? {
    guard let grant = grant(for: scope), grant.isAlive(margin) else { return nil }
    return grant.authorization
  }

  /// Whether requests for this say whose they are.
  func provesLogin(_ scope: TokenScope) -> Bool { grant(for: scope)?.provesLogin ?? false }

  /// The one for just this, else one for more than this.
  private func grant(for scope: TokenScope) -> Grant? {
    let exact = grants[scope]
    if let exact, exact.isAlive(.none) { return exact }
    return grants.first { $0.key.covers(scope) && $0.value.isAlive(.none) }?.value ?? exact
  }

  /// - Parameters:
  ///   - lifetime: in seconds from now; nil for as long as there are requests.
  ///   - provesLogin: whether it was given to somebody, and not to everybody.
  mutating func keep(
    _ authorization: Authorization, for scope: TokenScope, lifetime: Int64? = nil, provesLogin: Bool
  ) -> Authorization {
    var isAlive: @Sendable (Margin) -> Bool = { _ in true }
    if let lifetime { isAlive = aliveness(clock, seconds: lifetime) }
    grants[scope] = Grant(authorization: authorization, provesLogin: provesLogin, isAlive: isAlive)
    return authorization
  }
}

/// Whether less than `seconds` have passed on `clock` since now.
private func aliveness<C: Clock<Duration>>(
  _ clock: C, seconds: Int64
) -> @Sendable (Grants.Margin) -> Bool {
  let end = clock.now.advanced(by: .seconds(seconds))
  // A token that lives for less than twice the margin would be fetched for each request.
  let bodyMargin = min(max(60, seconds / 3), seconds / 2)
  return { margin in
    switch margin {
    case .none: clock.now < end
    case .forBody: clock.now.advanced(by: .seconds(bodyMargin)) < end
    }
  }
}
