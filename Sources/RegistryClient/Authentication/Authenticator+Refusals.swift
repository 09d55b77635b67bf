/// Why nobody is let in, and with which credentials.
extension Authenticator {
  /// Where credentials for this were not accepted, and what the registry gives, it gives to everybody: their place.
  package func originPassedOver(_ scope: TokenScope) -> CredentialOrigin? {
    guard case .credentialsRefused(_, let origin) = passedOver[scope]?.reason else { return unheeded[scope]?.origin }
    return origin
  }

  func error(refusing found: FoundCredential) -> RegistryError {
    RegistryError(.credentialsRefused(host: registry.description, origin: found.origin))
  }

  /// The same with the places that were looked at.
  func explained(_ error: RegistryError, _ scope: TokenScope) -> RegistryError {
    guard case .loginRequired(let host, _) = error.reason else { return error }
    return error.because(.loginRequired(host: host, searched: credentials.places(for: query(scope))))
  }

  /// Why the registry still says no to what this gave: for the error, once everything was tried.
  package func refusal(_ scope: TokenScope, used: Authorization?) async -> RegistryError.Reason {
    if let refusal = passedOver[scope] { return refusal.reason }
    guard let found = try? await foundCredential(scope) else {
      return used == nil
        ? .loginRequired(host: registry.description, searched: credentials.places(for: query(scope)))
        : .accessDenied(host: registry.description, origin: nil)
    }
    let refusal = error(refusing: found)
    guard case .bearer = used else { return refusal.reason }
    if await isWrong(found, for: scope) {
      tried.refuse(found, with: refusal)
      return refusal.reason
    }
    return .accessDenied(host: registry.description, origin: found.origin)
  }

  /// Harbor gives a token without rights to a wrong password. Where the token does not say whose it is, the truth is told
  /// to who asks without a scope.
  private func isWrong(_ credential: FoundCredential, for scope: TokenScope) async -> Bool {
    if unheeded[scope] == credential { return true }
    guard let bearer, bearer.service == TokenService.harbor else { return false }
    do {
      _ = try await service.token(bearer, scope: nil, credential: credential)
      return false
    } catch let error as RegistryError {
      return error.isRefusal
    } catch {
      return false
    }
  }
}

extension RegistryError {
  /// Whether a name and a password were not accepted.
  var isRefusal: Bool {
    if case .credentialsRefused = reason { true } else { false }
  }
}
