import ImageModel
import NIOHTTP1

/// Keeps what lets requests into one registry: which way it asks for, and the tokens it gave.
///
/// Whoever is turned away while another already fetches a token waits for that token: one fetch, however many
/// transfers need it.
package actor Authenticator {
  private let registry: HTTPOrigin
  private let registryName: String
  private let credentials: any CredentialSource
  private let prompt: CredentialPrompt?
  private let service: TokenService
  private let session: HarborSession
  private let settings: AuthenticationSettings
  private let clock: any Clock<Duration>

  /// The realm is remembered: an expired token makes Harbor answer with a Basic challenge that means the same realm.
  private var bearer: BearerChallenge?
  private var wide: Authorization?
  private var tokens: [TokenScope: HeldToken] = [:]
  private var prompted: FoundCredential?
  private var failures: [TokenScope: RegistryError] = [:]
  private let turn = Turnstile()

  private struct HeldToken {
    let authorization: Authorization
    let isAlive: @Sendable () -> Bool
  }

  package init(
    registry: HTTPOrigin, registryName: String, credentials: any CredentialSource, prompt: CredentialPrompt?,
    transport: any HTTPTransport, resolver: any AddressResolver, settings: AuthenticationSettings,
    clock: any Clock<Duration>
  ) {
    self.registry = registry
    self.registryName = registryName
    self.credentials = credentials
    self.prompt = prompt
    self.settings = settings
    self.clock = clock
    service = TokenService(registry: registry, transport: transport, resolver: resolver, settings: settings)
    session = HarborSession(registry: registry, transport: transport, settings: settings)
  }

  /// What is known to let a request for `scope` in; nil where nothing is, and the registry must be heard first.
  package func authorization(for scope: TokenScope) async throws -> Authorization? {
    if settings.usesHarborSession, wide == nil {
      return try await renew(scope, used: nil, challenges: [])
    }
    if let wide { return wide }
    guard let held = tokens[scope], held.isAlive() else { return nil }
    return held.authorization
  }

  /// What to send after the registry answered 401 to a request that carried `used`.
  ///
  /// - Throws: ``RegistryError`` where there is nothing better to send.
  package func renew(
    _ scope: TokenScope, used: Authorization?, challenges: [Challenge]
  ) async throws -> Authorization {
    try await turn.pass {
      try await self.renewInTurn(scope, used: used, challenges: challenges)
    }
  }

  private func renewInTurn(
    _ scope: TokenScope, used: Authorization?, challenges: [Challenge]
  ) async throws -> Authorization {
    if let wide, wide != used { return wide }
    if let held = tokens[scope], held.authorization != used, held.isAlive() { return held.authorization }
    // Asking again with a password that was just refused locks accounts (Harbor holds every try up).
    if let failure = failures[scope] { throw failure }
    do {
      return try await newAuthorization(scope, used: used, challenges: challenges)
    } catch let error as RegistryError where !error.isTransient {
      failures[scope] = error
      throw error
    }
  }

  private func newAuthorization(
    _ scope: TokenScope, used: Authorization?, challenges: [Challenge]
  ) async throws -> Authorization {
    if settings.usesHarborSession { return try await harborSession(scope, used: used) }
    if let offered = challenges.lazy.compactMap(BearerChallenge.init).first { bearer = bearer ?? offered }
    if let bearer { return try await token(bearer, scope: scope, used: used) }
    guard challenges.contains(where: { BasicChallenge($0) != nil }) else {
      throw RegistryError(.unknownChallenge(host: registry.description))
    }
    return try await basic(scope, used: used)
  }

  private func token(
    _ challenge: BearerChallenge, scope: TokenScope, used: Authorization?
  ) async throws -> Authorization {
    var credential = try await storedCredential(scope)
    // A token without a login was not enough: only a person can help now.
    if used != nil, credential == nil { credential = try await promptedCredential() }
    do {
      return try await fetchToken(challenge, scope: scope, credential: credential)
    } catch let error as RegistryError {
      guard case .loginRequired = error.reason, credential == nil,
        let answer = try await promptedCredential()
      else { throw error }
      return try await fetchToken(challenge, scope: scope, credential: answer)
    }
  }

  private func fetchToken(
    _ challenge: BearerChallenge, scope: TokenScope, credential: FoundCredential?
  ) async throws -> Authorization {
    if case .registryToken(let token) = credential?.credential {
      return keep(.bearer(token), for: scope, lifetime: nil)
    }
    let token = try await service.token(challenge, scope: scope, credential: credential)
    return keep(token.authorization, for: scope, lifetime: token.lifetime)
  }

  private func basic(_ scope: TokenScope, used: Authorization?) async throws -> Authorization {
    var credential = try await storedCredential(scope)
    if credential == nil { credential = try await promptedCredential() }
    guard let credential, case .password(let username, let password) = credential.credential else {
      throw RegistryError(.loginRequired(host: registry.description))
    }
    let authorization = Authorization.basic(username: username, password: password)
    guard authorization != used else {
      throw RegistryError(.credentialsRefused(host: registry.description, origin: credential.origin))
    }
    wide = authorization
    return authorization
  }

  private func harborSession(_ scope: TokenScope, used: Authorization?) async throws -> Authorization {
    var credential = try await storedCredential(scope)
    if credential == nil { credential = try await promptedCredential() }
    guard let credential else { throw RegistryError(.loginRequired(host: registry.description)) }
    let authorization = try await session.logIn(credential)
    wide = authorization
    return authorization
  }

  private func keep(_ authorization: Authorization, for scope: TokenScope, lifetime: Int64?) -> Authorization {
    var isAlive: @Sendable () -> Bool = { true }
    if let lifetime { isAlive = aliveness(clock, seconds: lifetime) }
    tokens[scope] = HeldToken(authorization: authorization, isAlive: isAlive)
    return authorization
  }

  private func storedCredential(_ scope: TokenScope) async throws -> FoundCredential? {
    if let prompted { return prompted }
    return try await credentials.credential(
      for: CredentialQuery(registry: registryName, repository: scope.repository))
  }

  private func promptedCredential() async throws -> FoundCredential? {
    guard prompted == nil, let prompt, let answer = try await prompt(registryName) else { return prompted }
    prompted = answer
    return answer
  }

  /// Why the registry still says no to what this gave: for the error, once everything was tried.
  package func refusal(_ scope: TokenScope, used: Authorization?) async -> RegistryError.Reason {
    let found = try? await storedCredential(scope)
    guard let found else {
      return used == nil
        ? .loginRequired(host: registry.description) : .accessDenied(host: registry.description, origin: nil)
    }
    guard case .bearer = used else {
      return .credentialsRefused(host: registry.description, origin: found.origin)
    }
    if await passwordIsWrong(found) {
      return .credentialsRefused(host: registry.description, origin: found.origin)
    }
    return .accessDenied(host: registry.description, origin: found.origin)
  }

  /// Harbor gives a token without rights to a wrong password; asked without a scope it tells the truth.
  private func passwordIsWrong(_ credential: FoundCredential) async -> Bool {
    guard let bearer, bearer.service == "harbor-registry" else { return false }
    do {
      _ = try await service.token(bearer, scope: nil, credential: credential)
      return false
    } catch let error as RegistryError {
      if case .credentialsRefused = error.reason { return true }
      return false
    } catch {
      return false
    }
  }
}

/// Asks a person for a name and a password for a registry; nil where the person declines.
public typealias CredentialPrompt = @Sendable (_ registry: String) async throws -> FoundCredential?

/// Whether less than `seconds` have passed on `clock` since now.
private func aliveness<C: Clock<Duration>>(_ clock: C, seconds: Int64) -> @Sendable () -> Bool {
  let end = clock.now.advanced(by: .seconds(seconds))
  return { clock.now < end }
}
