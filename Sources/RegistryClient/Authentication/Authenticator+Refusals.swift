/// Why nobody is let in, and with which credentials.
extension Authenticator {
  /// Where credentials for this were not accepted, and what the registry gives, it gives to everybody: their place.
  package func originPassedOver(_ scope: TokenScope) -> CredentialOrigin? {
    guard case .credentialsRefused(_, let origin) = passedOver[scope, at: now]?.reason else {
      return unheeded[scope, at: now]?.origin
    }
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
  package func refusal(_ scope: TokenScope, used: Authorization?) async -> RegistryFailure {
    if let refusal = passedOver[scope, at: now] { return refusal.reason }
    guard let found = try? await foundCredential(scope) else {
      return used == nil
        ? .loginRequired(host: registry.description, searched: credentials.places(for: query(scope)))
        : .accessDenied(host: registry.description, origin: nil)
    }
    if let refusal = tried.refusal(of: found, at: now) { return refusal.reason }
    // A token that came for a password proves it, unless the token itself says that it is everybody's.
    guard case .basic = used else {
      return unheeded[scope, at: now] == found
        ? error(refusing: found).reason : .accessDenied(host: registry.description, origin: found.origin)
    }
    return error(refusing: found).reason
  }
}

extension RegistryError {
  /// Whether a name and a password were not accepted.
  var isRefusal: Bool {
    if case .credentialsRefused = reason { true } else { false }
  }

  /// Whether a realm may not be asked, or sends elsewhere.
  var isRealmRefusal: Bool {
    if case .realmRefused = reason { true } else { false }
  }
}
