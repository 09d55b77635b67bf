import HTTPAccess

/// Whether a login is good, apart from any pull.
extension Authenticator {
  /// Asks a token service for an anonymous token, to see whether it answers.
  package func reach(_ challenge: BearerChallenge) async throws {
    _ = try await service.token(challenge, scope: nil, credential: nil)
  }

  /// What Harbor's own API takes.
  package enum APILogin: Sendable {
    /// A session, which is proven.
    case session(Authorization)
    /// A name and a password themselves, of which nothing is known yet.
    case password(Authorization, FoundCredential)
    /// What was stored was refused before.
    case refused(AuthError, FoundCredential)
  }

  /// - Returns: nil without a login.
  package func apiLogin(_ scope: TokenScope) async throws -> APILogin? {
    if settings.usesHarborSession, let session = try await authorization(for: scope) { return .session(session) }
    guard let found = try await login(scope), let authorization = Authorization(found) else { return nil }
    if let refusal = state.logins.refusal(of: found, at: now) { return .refused(refusal, found) }
    return settings.usesHarborSession ? nil : .password(authorization, found)
  }

  /// Notes that the registry does not take a login: nothing is asked with it again.
  package func refuse(_ found: FoundCredential, with refusal: AuthError) {
    state.logins.refuse(found, with: refusal, at: now)
  }

  /// What proves these credentials at the registry: a session, a token without a scope, or themselves.
  ///
  /// A token service that is asked for a repository may give an anonymous token to a wrong password (Harbor does);
  /// without a scope it tells the truth.
  ///
  /// - Throws: ``AuthError``: `credentialsRefused` and others.
  package func proof(of credential: FoundCredential, challenges: [Challenge]) async throws -> Authorization {
    if settings.usesHarborSession { return try await session.logIn(credential) }
    if let challenge = challenges.lazy.compactMap(BearerChallenge.init).first {
      return try await service.token(challenge, scope: nil, credential: credential).authorization
    }
    guard challenges.isEmpty || challenges.contains(where: \.isBasic),
      let authorization = Authorization(credential)
    else { throw AuthError(.unknownChallenge(host: registry.description)) }
    return authorization
  }
}
