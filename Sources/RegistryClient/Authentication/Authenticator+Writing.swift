import HTTPAccess

/// What lets writing requests in: found before a body is on its way, since a refusal comes only behind it.
extension Authenticator {
  /// As ``authorization(for:)``; what is about to end is renewed first.
  package func authorizationForBody(_ scope: TokenScope) async throws -> Authorization? {
    let known = try await authorization(for: scope)
    // Where there was no token so far, the registry asks for none.
    guard let bearer, grants.has(scope), grants.authorization(for: scope, margin: .forBody) == nil else { return known }
    return try await turn.pass { try await self.renewBeforeBody(scope, bearer) }
  }

  private func renewBeforeBody(_ scope: TokenScope, _ bearer: BearerChallenge) async throws -> Authorization {
    if let granted = grants.authorization(for: scope, margin: .forBody) { return granted }
    return try await token(bearer, scope: scope, used: nil)
  }

  /// What may let a mount in: with a token service a token for both repositories.
  ///
  /// Nothing is remembered of a failure: the blob is then sent.
  func authorizationForMount(_ scope: TokenScope) async throws -> Authorization? {
    if let known = try await authorization(for: scope) { return known }
    guard let bearer else { return nil }
    return try await turn.pass { try await self.tokenForMount(scope, bearer) }
  }

  private func tokenForMount(_ scope: TokenScope, _ bearer: BearerChallenge) async throws -> Authorization {
    if let granted = grants.authorization(for: scope) { return granted }
    return try await token(bearer, scope: scope, used: nil)
  }
}
