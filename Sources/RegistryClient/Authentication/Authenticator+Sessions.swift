/// Harbor's sessions, where the user wants them instead of tokens.
extension Authenticator {
  /// - Parameter used: what the registry answered 401 to.
  /// - Returns: nil where there is no session: nobody to sign in, or a stored login that was refused.
  func harborSession(_ scope: TokenScope, used: Authorization?) async throws -> Authorization? {
    guard let found = try await foundCredential(scope) else { return nil }
    do {
      if let refusal = tried.refusal(of: found, at: now) { throw refusal }
      if let session = sessions[found] {
        guard session == used else { return grants.keep(session, for: scope, provesLogin: true) }
        // It let others in: either it is over, or it is not enough for this.
        guard try await !self.session.isAlive(session) else {
          throw RegistryError(.accessDenied(host: registry.description, origin: found.origin))
        }
      }
      return try await signIn(found, scope)
    } catch let refusal as RegistryError where refusal.isRefusal && found.origin.isStored {
      passedOver[scope, at: now] = refusal
      return nil
    }
  }

  /// A session, or for who has none everybody's token: a public image needs no more.
  func sessionOrEverybodysToken(_ scope: TokenScope, used: Authorization?) async throws -> Authorization {
    if let session = try await harborSession(scope, used: used) { return session }
    var failure = passedOver[scope, at: now] ?? RegistryError(.loginRequired(host: registry.description))
    if let bearer, used == nil {
      do {
        return try await fetchToken(bearer, scope: scope, credential: nil, used: nil)
      } catch let error as RegistryError where !error.isTransient {
        if !failure.isRefusal { failure = error }
      }
    }
    guard let typed = try await promptedCredential() else { throw failure }
    if let refusal = tried.refusal(of: typed, at: now) { throw refusal }
    passedOver[scope, at: now] = nil
    return try await signIn(typed, scope)
  }

  private func signIn(_ credential: FoundCredential, _ scope: TokenScope) async throws -> Authorization {
    do {
      let authorization = try await session.logIn(credential)
      sessions[credential] = authorization
      return grants.keep(authorization, for: scope, provesLogin: true)
    } catch let error as RegistryError where error.isRefusal {
      tried.refuse(credential, with: error, at: now)
      throw error
    }
  }
}
