/// Whether a login is good, apart from any pull.
extension Authenticator {
  /// Asks a token service for everybody's token, to see whether it answers.
  func reach(_ challenge: BearerChallenge) async throws {
    _ = try await service.token(challenge, scope: nil, credential: nil)
  }

  /// What Harbor's own API takes: the name and the password themselves, or a session; nil without a login.
  func apiAuthorization(_ scope: TokenScope) async throws -> Authorization? {
    if settings.usesHarborSession { return try await authorization(for: scope) }
    return try await foundCredential(scope).flatMap { authorization($0) }
  }

  /// What proves these credentials at the registry: a session, a token without a scope, or themselves.
  ///
  /// A token service that is asked for a repository may give everybody's token to a wrong password (Harbor does);
  /// without a scope it tells the truth.
  ///
  /// - Throws: ``RegistryError``: `credentialsRefused` and others.
  func proof(of credential: FoundCredential, challenges: [Challenge]) async throws -> Authorization {
    if settings.usesHarborSession { return try await session.logIn(credential) }
    if let challenge = challenges.lazy.compactMap(BearerChallenge.init).first {
      return try await service.token(challenge, scope: nil, credential: credential).authorization
    }
    guard challenges.isEmpty || challenges.contains(where: { BasicChallenge($0) != nil }),
      let authorization = authorization(credential)
    else { throw RegistryError(.unknownChallenge(host: registry.description)) }
    return authorization
  }
}
