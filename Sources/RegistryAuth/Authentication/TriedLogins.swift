import HTTPAccess

/// What became of the credentials that were tried. Asking again with a password that was just refused locks accounts (Harbor
/// holds every try up).
struct TriedLogins: Sendable {
  private var refused: BoundedTable<FoundCredential, AuthError>
  private var suspects: BoundedTable<FoundCredential, Bool>
  /// What a token service took, and what to ask with now: the refresh token that came in place of the one that is stored.
  private var accepted = BoundedTable<FoundCredential, FoundCredential>(limit: Self.limit)

  private static let limit = 256

  /// - Parameter lifetime: how long a refusal counts; nil for as long as there are requests.
  init(lifetime: Duration?) {
    refused = BoundedTable(limit: Self.limit, lifetime: lifetime)
    suspects = BoundedTable(limit: Self.limit, lifetime: lifetime)
  }

  /// Why these are not tried again; nil where nobody refused them.
  mutating func refusal(of found: FoundCredential, at now: Duration) -> AuthError? { refused[found, at: now] }

  package mutating func refuse(_ found: FoundCredential, with refusal: AuthError, at now: Duration) {
    refused[found, at: now] = refusal
    accepted[found, at: now] = nil
  }

  /// Some registries answer 401 to a good password for a repository that is not for it. Another repository is worth one
  /// more try, and no more: that many an account survives.
  mutating func suspect(_ found: FoundCredential, because refusal: AuthError, at now: Duration) {
    if suspects[found, at: now] == nil {
      suspects[found, at: now] = true
    } else {
      refused[found, at: now] = refusal
    }
  }

  /// Whether a token service took these before. When it refuses them now, they may have been replaced where they are kept.
  mutating func wereAccepted(_ found: FoundCredential, at now: Duration) -> Bool { accepted[found, at: now] != nil }

  /// What to ask with now in place of what is stored.
  mutating func current(_ found: FoundCredential, at now: Duration) -> FoundCredential {
    accepted[found, at: now] ?? found
  }

  /// Notes that a token came, and the refresh token that came with it, if one did.
  mutating func accept(_ found: FoundCredential, refreshToken: String?, at now: Duration) {
    guard let refreshToken, case .identityToken = found.credential else {
      accepted[found, at: now] = current(found, at: now)
      return
    }
    accepted[found, at: now] = FoundCredential(.identityToken(refreshToken), from: found.origin)
  }
}
