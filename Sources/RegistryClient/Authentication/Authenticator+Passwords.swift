/// Registries that take a name and a password themselves.
extension Authenticator {
  func basic(_ scope: TokenScope, used: Authorization?) async throws -> Authorization {
    let found = try await foundCredential(scope)
    if let found, tried.refusal(of: found, at: now) == nil, let authorization = authorization(found),
      authorization != used
    {
      return grants.keep(authorization, for: scope, provesLogin: true)
    }
    let refusal = found.map { tried.refusal(of: $0, at: now) ?? error(refusing: $0) }
    if let found, let refusal { tried.suspect(found, because: refusal, at: now) }
    guard let typed = try await promptedCredential(), typed != found, let authorization = authorization(typed) else {
      throw refusal ?? RegistryError(.loginRequired(host: registry.description))
    }
    return grants.keep(authorization, for: scope, provesLogin: true)
  }

  /// What was good for another repository, as far as it is for this one.
  func knownPassword(_ scope: TokenScope) async throws -> Authorization? {
    if grants.has(scope) { return grants.authorization(for: scope) }
    guard let credential = try await foundCredential(scope), tried.refusal(of: credential, at: now) == nil,
      let authorization = authorization(credential)
    else { return nil }
    return grants.keep(authorization, for: scope, provesLogin: true)
  }

  /// What a registry without a token service is sent.
  func authorization(_ found: FoundCredential) -> Authorization? {
    switch found.credential {
    case .password(let username, let password): .basic(username: username, password: password)
    case .registryToken(let token): .bearer(token)
    case .identityToken: nil
    }
  }
}
