/// Which credentials are tried: those that are kept somewhere, and what a person types.
extension Authenticator {
  /// What a person typed counts once what was stored is refused, or where nothing was.
  func foundCredential(_ scope: TokenScope) async throws -> FoundCredential? {
    let stored = try await credentials.credential(for: query(scope))
    guard let prompted else { return stored }
    return stored.map { tried.refusal(of: $0, at: now) == nil ? $0 : prompted } ?? prompted
  }

  /// Looks again where a login was found that was accepted, and is refused now: it may have been replaced there meanwhile.
  ///
  /// - Returns: nil where there is no other.
  func replacement(for refused: FoundCredential, _ scope: TokenScope) async throws -> FoundCredential? {
    guard tried.wereAccepted(refused), refused.origin.isStored else { return nil }
    credentials.forget(query(scope))
    guard let found = try await credentials.credential(for: query(scope)), found != refused,
      tried.refusal(of: found, at: now) == nil
    else { return nil }
    return found
  }

  func promptedCredential() async throws -> FoundCredential? {
    guard prompted == nil, let prompt, let answer = try await prompt(registryName) else { return prompted }
    prompted = answer
    return answer
  }

  func query(_ scope: TokenScope) -> CredentialQuery {
    CredentialQuery(registry: registryName, repository: scope.repository)
  }
}
