import ImageModel
import NIOHTTP1

/// Keeps what lets requests into one registry: which way it asks for, and what it gave for each repository.
///
/// Whoever is turned away while another already fetches a token waits for that token: one fetch, however many
/// transfers need it.
///
/// Each of its jobs stands in a file of its own: tokens, passwords, credentials, refusals, and the proof of a login.
package actor Authenticator {
  let registry: HTTPOrigin
  let registryName: String
  let credentials: any CredentialSource
  let prompt: CredentialPrompt?
  let service: TokenService
  let session: HarborSession
  let settings: AuthenticationSettings

  /// The realm is remembered: an expired token makes Harbor answer with a Basic challenge that means the same realm, and
  /// Google's registry with no challenge at all.
  var bearer: BearerChallenge?
  private var wantsPasswords = false
  var grants: Grants
  var tried = TriedLogins()
  var sessions: [FoundCredential: Authorization] = [:]
  var prompted: FoundCredential?
  private var failures: [TokenScope: RegistryError] = [:]
  /// Where stored credentials were refused, and everybody's token was taken instead.
  var passedOver: [TokenScope: RegistryError] = [:]
  /// Where credentials were answered with everybody's token, and without a word: Harbor's habit.
  var unheeded: [TokenScope: FoundCredential] = [:]
  let turn = Turnstile()

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
    grants = Grants(clock: clock)
    service = TokenService(registry: registry, transport: transport, resolver: resolver, settings: settings)
    session = HarborSession(registry: registry, transport: transport, settings: settings)
  }

  /// What is known to let a request for `scope` in; nil where nothing is, and the registry must be heard first.
  package func authorization(for scope: TokenScope) async throws -> Authorization? {
    if grants.has(scope) { return grants.authorization(for: scope) }
    if settings.usesHarborSession { return try await renew(scope, used: nil, challenges: []) }
    guard wantsPasswords else { return nil }
    // It wanted one for another repository: that spares being turned away first.
    return try await turn.pass { try await self.knownPassword(scope) }
  }

  /// Whether what is sent for this says who asks.
  func provesLogin(_ scope: TokenScope) -> Bool { grants.provesLogin(scope) }

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
    if let granted = grants.authorization(for: scope), granted != used { return granted }
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
}
