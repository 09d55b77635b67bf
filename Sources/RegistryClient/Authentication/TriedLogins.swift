/// What became of the credentials that were tried. Asking again with a password that was just refused locks accounts (Harbor
/// holds every try up).
struct TriedLogins: Sendable {
  private var refused: [FoundCredential: RegistryError] = [:]
  private var suspects: Set<FoundCredential> = []
  /// The refresh tokens that came in place of those that were stored.
  private var renewed: [FoundCredential: FoundCredential] = [:]

  /// Why these are not tried again; nil where nobody refused them.
  func refusal(of found: FoundCredential) -> RegistryError? { refused[found] }

  mutating func refuse(_ found: FoundCredential, with refusal: RegistryError) { refused[found] = refusal }

  /// Some registries answer 401 to a good password for a repository that is not for it. Another repository is worth one
  /// more try, and no more: that many an account survives.
  mutating func suspect(_ found: FoundCredential, because refusal: RegistryError) {
    if suspects.insert(found).inserted { return }
    refused[found] = refusal
  }

  /// What to ask with now in place of what is stored.
  func current(_ found: FoundCredential) -> FoundCredential { renewed[found] ?? found }

  /// Notes the refresh token that came with a token, if one did.
  mutating func renew(_ found: FoundCredential?, by token: TokenService.Token) {
    guard let found, let refreshToken = token.refreshToken, case .identityToken = found.credential else { return }
    renewed[found] = FoundCredential(.identityToken(refreshToken), from: found.origin)
  }
}
