import HTTPAccess

/// Registries with a token service.
extension Authenticator {
  func token(
    _ challenge: BearerChallenge, scope: TokenScope, used: Authorization?
  ) async throws -> Authorization {
    guard let found = try await foundCredential(scope) else {
      return try await tokenWithoutLogin(challenge, scope: scope, used: used)
    }
    // It was sent, and what came is everybody's: to send it once more would count against the account.
    if unheeded.all(at: now).contains(where: { $0.value == found }) {
      if used != nil, found.origin.isStored, let typed = try await promptedCredential() {
        tried.refuse(found, with: error(refusing: found), at: now)
        return try await fetchToken(challenge, scope: scope, credential: typed, used: used)
      }
      let authorization = try await fetchToken(challenge, scope: scope, credential: nil, used: used)
      unheeded[scope, at: now] = found
      return authorization
    }
    do {
      if let refusal = passedOver[scope, at: now] ?? tried.refusal(of: found, at: now) { throw refusal }
      return try await fetchToken(challenge, scope: scope, credential: found, used: used)
    } catch let refusal as RegistryError where refusal.isRefusal {
      if let other = try await replacement(for: found, scope) {
        return try await fetchToken(challenge, scope: scope, credential: other, used: used)
      }
      // A 403 may be about this repository alone.
      if refusal.answer?.status != 403 { tried.refuse(found, with: refusal, at: now) }
      guard found.origin.isStored else { throw refusal }
      return try await token(challenge, scope: scope, despite: refusal, used: used)
    }
  }

  /// Stored credentials grow old, and a public image needs none: everybody's token first, and then a person's word.
  private func token(
    _ challenge: BearerChallenge, scope: TokenScope, despite refusal: RegistryError, used: Authorization?
  ) async throws -> Authorization {
    let wasEnough = passedOver[scope, at: now] == nil || prompt == nil
    if wasEnough, let authorization = try await everybodysToken(challenge, scope: scope) {
      passedOver[scope, at: now] = refusal
      return authorization
    }
    guard let typed = try await promptedCredential() else { throw refusal }
    passedOver[scope, at: now] = nil
    return try await fetchToken(challenge, scope: scope, credential: typed, used: used)
  }

  /// Nil where the token service gives nothing to everybody.
  private func everybodysToken(_ challenge: BearerChallenge, scope: TokenScope) async throws -> Authorization? {
    do {
      return try await fetchToken(challenge, scope: scope, credential: nil, used: nil)
    } catch let error as RegistryError where !error.isTransient {
      return nil
    }
  }

  private func tokenWithoutLogin(
    _ challenge: BearerChallenge, scope: TokenScope, used: Authorization?
  ) async throws -> Authorization {
    do {
      // A token without a login was not enough: only a person can help now.
      let typed = used == nil ? nil : try await promptedCredential()
      return try await fetchToken(challenge, scope: scope, credential: typed, used: used)
    } catch let error as RegistryError {
      guard case .loginRequired = error.reason, let typed = try await promptedCredential() else { throw error }
      return try await fetchToken(challenge, scope: scope, credential: typed, used: used)
    }
  }

  func fetchToken(
    _ challenge: BearerChallenge, scope: TokenScope, credential: FoundCredential?, used: Authorization?
  ) async throws -> Authorization {
    if let credential, case .registryToken(let token) = credential.credential {
      guard used != .bearer(token) else { throw error(refusing: credential) }
      return grants.keep(.bearer(token), for: scope, provesLogin: true)
    }
    let token = try await service.token(challenge, scope: scope, credential: credential.map(tried.current))
    unheeded[scope, at: now] = token.isForNobody ? credential : nil
    if let credential, !token.isForNobody { tried.accept(credential, with: token) }
    return grants.keep(
      token.authorization, for: scope, lifetime: token.lifetime,
      provesLogin: credential != nil && !token.isForNobody)
  }
}
