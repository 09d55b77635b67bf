import HTTPAccess

/// Passwords that are sent to a registry itself, without a token service: each goes with one request at a time until the
/// registry has taken it. Sixteen requests with a wrong one lock an account.
struct PasswordTrials: Sendable {
  /// What a request carries that was not answered yet.
  private var current: Authorization?
  private var taken = BoundedTable<Authorization, Bool>(limit: 256)

  enum Turn: Sendable {
    case go, wait
  }

  mutating func begin(_ authorization: Authorization, at now: Duration) -> Turn {
    guard case .basic = authorization, taken[authorization, at: now] == nil else { return .go }
    guard current == nil else { return .wait }
    current = authorization
    return .go
  }

  /// - Parameter isTaken: nil where the registry's answer says nothing of it.
  /// - Returns: whether others may go on.
  mutating func end(_ authorization: Authorization, isTaken: Bool?, at now: Duration) -> Bool {
    if let isTaken { taken[authorization, at: now] = isTaken ? true : nil }
    guard current == authorization else { return false }
    current = nil
    return true
  }
}
