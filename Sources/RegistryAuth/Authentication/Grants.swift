import HTTPAccess

/// What lets requests in, by what it was given for. Two repositories may have two accounts, so nothing that was given for one
/// of them is sent for the other.
struct Grants: Sendable {
  private var grants = BoundedTable<TokenScope, Grant>(limit: 1000)

  private struct Grant: Sendable {
    let authorization: Authorization
    let provesLogin: Bool
    /// Nil: it does not expire.
    let end: Duration?
    let bodyMargin: Duration

    func isAlive(at now: Duration, _ margin: Margin) -> Bool {
      guard let end else { return true }
      return margin == .forBody ? now + bodyMargin < end : now < end
    }
  }

  /// How much of its life must be left.
  enum Margin: Sendable {
    case none
    /// A minute, or a third of its life where that is more: a token is looked at when a request begins, and a body may
    /// come late.
    case forBody
  }

  /// Whether there ever was one, alive or not.
  mutating func has(_ scope: TokenScope, at now: Duration) -> Bool { grant(for: scope, at: now) != nil }

  /// One that has not expired.
  mutating func authorization(for scope: TokenScope, at now: Duration, margin: Margin = .none) -> Authorization? {
    guard let grant = grant(for: scope, at: now), grant.isAlive(at: now, margin) else { return nil }
    return grant.authorization
  }

  /// Whether requests for this say whose they are.
  package mutating func provesLogin(_ scope: TokenScope, at now: Duration) -> Bool {
    grant(for: scope, at: now)?.provesLogin ?? false
  }

  /// The one for just this, else one for more than this.
  private mutating func grant(for scope: TokenScope, at now: Duration) -> Grant? {
    let exact = grants[scope, at: now]
    if let exact, exact.isAlive(at: now, .none) { return exact }
    return grants.all(at: now).first { $0.key.covers(scope) && $0.value.isAlive(at: now, .none) }?.value ?? exact
  }

  /// Forgets what was given for just this.
  mutating func forget(_ scope: TokenScope, at now: Duration) { grants[scope, at: now] = nil }

  /// - Parameters:
  ///   - lifetime: in seconds from now; nil for as long as there are requests.
  ///   - provesLogin: whether it was given for a login.
  mutating func keep(
    _ authorization: Authorization, for scope: TokenScope, at now: Duration, lifetime: Int64? = nil, provesLogin: Bool
  ) {
    let seconds = lifetime ?? 0
    // A token that lives for less than twice the margin would be fetched for each request.
    let bodyMargin = min(max(60, seconds / 3), seconds / 2)
    grants[scope, at: now] = Grant(
      authorization: authorization, provesLogin: provesLogin, end: lifetime.map { now + .seconds($0) },
      bodyMargin: .seconds(bodyMargin))
  }
}
