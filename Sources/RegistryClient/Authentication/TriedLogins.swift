/// What became of the credentials that were tried. Asking again with a password that was just refused locks accounts (Harbor
/// holds every try up).
struct TriedLogins: Sendable {
  private var refused: BoundedTable<FoundCredential, RegistryError>
  private var suspects: BoundedTable<FoundCredential, Bool>
  private var accepted: Set<FoundCredential> = []
  /// The refresh tokens that came in place of those that were stored.
  private var renewed: [FoundCredential: FoundCredential] = [:]

  /// - Parameter lifetime: how long a refusal counts; nil for as long as there are requests.
  init(lifetime: Duration?) {
    refused = BoundedTable(limit: 1000, lifetime: lifetime)
    suspects = BoundedTable(limit: 1000, lifetime: lifetime)
  }

  /// Why these are not tried again; nil where nobody refused them.
  mutating func refusal(of found: FoundCredential, at now: Duration) -> RegistryError? { refused[found, at: now] }

  mutating func refuse(_ found: FoundCredential, with refusal: RegistryError, at now: Duration) {
    refused[found, at: now] = refusal
    accepted.remove(found)
  }

  /// Some registries answer 401 to a good password for a repository that is not for it. Another repository is worth one
  /// more try, and no more: that many an account survives.
  mutating func suspect(_ found: FoundCredential, because refusal: RegistryError, at now: Duration) {
    if suspects[found, at: now] == nil {
      suspects[found, at: now] = true
    } else {
      refused[found, at: now] = refusal
    }
  }

  /// Whether a token service took these before. When it refuses them now, they may have been replaced where they are kept.
  func wereAccepted(_ found: FoundCredential) -> Bool { accepted.contains(found) }

  /// What to ask with now in place of what is stored.
  func current(_ found: FoundCredential) -> FoundCredential { renewed[found] ?? found }

  /// Notes that a token came, and the refresh token that came with it, if one did.
  mutating func accept(_ found: FoundCredential, with token: TokenService.Token) {
    accepted.insert(found)
    guard let refreshToken = token.refreshToken, case .identityToken = found.credential else { return }
    renewed[found] = FoundCredential(.identityToken(refreshToken), from: found.origin)
  }
}
