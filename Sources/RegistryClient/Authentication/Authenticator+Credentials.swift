/// Which credentials are tried: those that are kept somewhere, and what a person types.
extension Authenticator {
  /// What a person typed counts once what was stored is refused, or where nothing was.
  func foundCredential(_ scope: TokenScope) async throws -> FoundCredential? {
    let stored = try await credentials.credential(for: query(scope))
    guard let prompted else { return stored }
    return stored.map { tried.refusal(of: $0) == nil ? $0 : prompted } ?? prompted
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
