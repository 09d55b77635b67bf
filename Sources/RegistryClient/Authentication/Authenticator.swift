import ImageModel
import NIOHTTP1

/// Keeps what lets requests into one registry: which way it asks for, and what it gave for each repository. Two
/// repositories may have two accounts, so nothing that one of them was given is sent for the other.
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
  private var wantsPasswords = false
  private var grants: [TokenScope: Grant] = [:]
  private var sessions: [FoundCredential: Authorization] = [:]
  private var prompted: FoundCredential?
  private var failures: [TokenScope: RegistryError] = [:]
  /// Asking again with a password that was just refused locks accounts (Harbor holds every try up).
  private var refused: [FoundCredential: RegistryError] = [:]
  private var suspects: Set<FoundCredential> = []
  /// Where stored credentials were refused, and everybody's token was taken instead.
  private var passedOver: [TokenScope: RegistryError] = [:]
  /// Where credentials were answered with everybody's token, and without a word: Harbor's habit.
  private var unheeded: [TokenScope: CredentialOrigin] = [:]
  /// The refresh tokens that came in place of those that were stored.
  private var renewed: [FoundCredential: FoundCredential] = [:]
  private let turn = Turnstile()

  private struct Grant {
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
    if let grant = grants[scope] { return grant.isAlive() ? grant.authorization : nil }
    if settings.usesHarborSession { return try await renew(scope, used: nil, challenges: []) }
    guard wantsPasswords else { return nil }
    // It wanted one for another repository: that spares being turned away first.
    return try await turn.pass { try await self.knownPassword(scope) }
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

  /// Where credentials for this were not accepted, and what the registry gives, it gives to everybody: their place.
  package func originPassedOver(_ scope: TokenScope) -> CredentialOrigin? {
    guard case .credentialsRefused(_, let origin) = passedOver[scope]?.reason else { return unheeded[scope] }
    return origin
  }

  private func renewInTurn(
    _ scope: TokenScope, used: Authorization?, challenges: [Challenge]
  ) async throws -> Authorization {
    if let grant = grants[scope], grant.authorization != used, grant.isAlive() { return grant.authorization }
    if let failure = failures[scope] { throw failure }
    do {
      return try await newAuthorization(scope, used: used, challenges: challenges)
    } catch let error as RegistryError where !error.isTransient {
      let error = explained(error, scope)
      failures[scope] = error
      throw error
    }
  }

  private func newAuthorization(
    _ scope: TokenScope, used: Authorization?, challenges: [Challenge]
  ) async throws -> Authorization {
    if settings.usesHarborSession { return try await harborSession(scope) }
    if let offered = challenges.lazy.compactMap(BearerChallenge.init).first { bearer = bearer ?? offered }
    if let bearer { return try await token(bearer, scope: scope, used: used) }
    guard challenges.contains(where: { BasicChallenge($0) != nil }) else {
      throw RegistryError(.unknownChallenge(host: registry.description))
    }
    wantsPasswords = true
    return try await basic(scope, used: used)
  }

  private func keep(_ authorization: Authorization, for scope: TokenScope, lifetime: Int64? = nil) -> Authorization {
    var isAlive: @Sendable () -> Bool = { true }
    if let lifetime { isAlive = aliveness(clock, seconds: lifetime) }
    grants[scope] = Grant(authorization: authorization, isAlive: isAlive)
    return authorization
  }

  // MARK: Tokens

  private func token(
    _ challenge: BearerChallenge, scope: TokenScope, used: Authorization?
  ) async throws -> Authorization {
    guard let found = try await foundCredential(scope) else {
      return try await tokenWithoutLogin(challenge, scope: scope, used: used)
    }
    do {
      if let refusal = passedOver[scope] ?? refused[found] { throw refusal }
      return try await fetchToken(challenge, scope: scope, credential: found, used: used)
    } catch let refusal as RegistryError where refusal.isRefusal {
      // A 403 may be about this repository alone.
      if refusal.answer?.status != 403 { refused[found] = refusal }
      guard found.origin.isStored else { throw refusal }
      return try await token(challenge, scope: scope, despite: refusal, used: used)
    }
  }

  /// Stored credentials grow old, and a public image needs none: everybody's token first, and then a person's word.
  private func token(
    _ challenge: BearerChallenge, scope: TokenScope, despite refusal: RegistryError, used: Authorization?
  ) async throws -> Authorization {
    let wasEnough = passedOver[scope] == nil || prompt == nil
    if wasEnough, let authorization = try await everybodysToken(challenge, scope: scope) {
      passedOver[scope] = refusal
      return authorization
    }
    guard let typed = try await promptedCredential() else { throw refusal }
    passedOver[scope] = nil
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

  private func fetchToken(
    _ challenge: BearerChallenge, scope: TokenScope, credential: FoundCredential?, used: Authorization?
  ) async throws -> Authorization {
    if let credential, case .registryToken(let token) = credential.credential {
      guard used != .bearer(token) else { throw error(refusing: credential) }
      return keep(.bearer(token), for: scope)
    }
    let token = try await service.token(
      challenge, scope: scope, credential: credential.map { renewed[$0] ?? $0 })
    unheeded[scope] = token.isForNobody ? credential?.origin : nil
    if let credential, let refreshToken = token.refreshToken, case .identityToken = credential.credential {
      renewed[credential] = FoundCredential(.identityToken(refreshToken), from: credential.origin)
    }
    return keep(token.authorization, for: scope, lifetime: token.lifetime)
  }

  // MARK: Passwords

  private func basic(_ scope: TokenScope, used: Authorization?) async throws -> Authorization {
    let found = try await foundCredential(scope)
    if let found, refused[found] == nil, let authorization = authorization(found), authorization != used {
      return keep(authorization, for: scope)
    }
    let refusal = found.map { refused[$0] ?? error(refusing: $0) }
    if let found, let refusal { count(refusal, of: found) }
    guard let typed = try await promptedCredential(), typed != found, let authorization = authorization(typed) else {
      throw refusal ?? RegistryError(.loginRequired(host: registry.description))
    }
    return keep(authorization, for: scope)
  }

  /// Some registries answer 401 to a good password for a repository that is not for it. Another repository is worth one
  /// more try, and no more: that many an account survives.
  private func count(_ refusal: RegistryError, of found: FoundCredential) {
    if suspects.insert(found).inserted { return }
    refused[found] = refusal
  }

  private func knownPassword(_ scope: TokenScope) async throws -> Authorization? {
    if let grant = grants[scope] { return grant.authorization }
    guard let credential = try await foundCredential(scope), refused[credential] == nil,
      let authorization = authorization(credential)
    else { return nil }
    return keep(authorization, for: scope)
  }

  /// What a registry without a token service is sent.
  private func authorization(_ found: FoundCredential) -> Authorization? {
    switch found.credential {
    case .password(let username, let password): .basic(username: username, password: password)
    case .registryToken(let token): .bearer(token)
    case .identityToken: nil
    }
  }

  private func harborSession(_ scope: TokenScope) async throws -> Authorization {
    var credential = try await foundCredential(scope)
    if credential == nil { credential = try await promptedCredential() }
    guard let credential else { throw RegistryError(.loginRequired(host: registry.description)) }
    if let refusal = refused[credential] { throw refusal }
    if let authorization = sessions[credential], grants[scope] == nil { return keep(authorization, for: scope) }
    do {
      let authorization = try await session.logIn(credential)
      sessions[credential] = authorization
      return keep(authorization, for: scope)
    } catch let error as RegistryError where error.isRefusal {
      refused[credential] = error
      throw error
    }
  }

  // MARK: Credentials

  /// What a person typed counts once what was stored is refused, or where nothing was.
  private func foundCredential(_ scope: TokenScope) async throws -> FoundCredential? {
    let stored = try await credentials.credential(for: query(scope))
    guard let prompted else { return stored }
    return stored.map { refused[$0] == nil ? $0 : prompted } ?? prompted
  }

  private func promptedCredential() async throws -> FoundCredential? {
    guard prompted == nil, let prompt, let answer = try await prompt(registryName) else { return prompted }
    prompted = answer
    return answer
  }

  private func query(_ scope: TokenScope) -> CredentialQuery {
    CredentialQuery(registry: registryName, repository: scope.repository)
  }

  // MARK: Refusals

  private func error(refusing found: FoundCredential) -> RegistryError {
    RegistryError(.credentialsRefused(host: registry.description, origin: found.origin))
  }

  /// The same with the places that were looked at.
  private func explained(_ error: RegistryError, _ scope: TokenScope) -> RegistryError {
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
    guard case .bearer = used else {
      return .credentialsRefused(host: registry.description, origin: found.origin)
    }
    if await passwordIsWrong(found) {
      refused[found] = error(refusing: found)
      return .credentialsRefused(host: registry.description, origin: found.origin)
    }
    return .accessDenied(host: registry.description, origin: found.origin)
  }

  /// Harbor gives a token without rights to a wrong password; asked without a scope it tells the truth.
  private func passwordIsWrong(_ credential: FoundCredential) async -> Bool {
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

extension RegistryError {
  /// Whether a name and a password were not accepted.
  fileprivate var isRefusal: Bool {
    if case .credentialsRefused = reason { true } else { false }
  }
}

/// Asks a person for a name and a password for a registry; nil where the person declines.
public typealias CredentialPrompt = @Sendable (_ registry: String) async throws -> FoundCredential?

/// Whether less than `seconds` have passed on `clock` since now.
private func aliveness<C: Clock<Duration>>(_ clock: C, seconds: Int64) -> @Sendable () -> Bool {
  let end = clock.now.advanced(by: .seconds(seconds))
  return { clock.now < end }
}
