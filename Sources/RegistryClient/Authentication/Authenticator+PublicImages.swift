/// Registries that turn a stored login away by 403, after their token service took it: ECR Public does so with one that has
/// run out, for images that everybody may have.
extension Authenticator {
  /// What everybody would be let in with, where what was sent came from a stored login.
  struct OpenDoor: Sendable {
    fileprivate let token: TokenService.Token
    fileprivate let login: FoundCredential
    var authorization: Authorization { token.authorization }
  }

  /// - Parameter used: what the registry answered 403 to.
  /// - Returns: nil where no stored login was sent, or the token service gives nothing to everybody.
  func openDoor(_ scope: TokenScope, used: Authorization?) async throws -> OpenDoor? {
    guard case .bearer = used, provesLogin(scope), passedOver[scope, at: now] == nil, let bearer,
      let found = try await foundCredential(scope), found.origin.isStored
    else { return nil }
    do {
      return OpenDoor(token: try await service.token(bearer, scope: scope, credential: nil), login: found)
    } catch is RegistryError {
      // The registry's own answer tells more.
      return nil
    }
  }

  /// Goes on without the login: it was what the registry did not like.
  func pass(through door: OpenDoor, _ scope: TokenScope) {
    passedOver[scope, at: now] = error(refusing: door.login)
    _ = grants.keep(
      door.token.authorization, for: scope, lifetime: door.token.lifetime, provesLogin: false)
  }
}
