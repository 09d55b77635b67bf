import HTTPAccess
import ImageModel
import NIOHTTP1
import Waiting

/// Keeps what lets requests into one registry: which way it asks for, and what it gave for each repository.
///
/// Whoever is turned away while another already fetches a token waits for that token: one fetch, however many
/// transfers need it.
///
/// Each of its jobs stands in a file of its own: tokens, passwords, credentials, refusals, and the proof of a login.
package actor Authenticator {
  let registry: HTTPOrigin
  let registryName: String
  let credentials: CredentialMemory
  let prompt: CredentialPrompt?
  let service: TokenService
  let session: HarborSession
  let settings: AuthenticationSettings

  /// The realm is remembered: an expired token makes Harbor answer with a Basic challenge that means the same realm, and
  /// Google's registry with no challenge at all.
  var bearer: BearerChallenge?
  private var wantsPasswords = false
  var grants: Grants
  var tried: TriedLogins
  var sessions: [FoundCredential: Authorization] = [:]
  var prompted: FoundCredential?
  private var failures: BoundedTable<TokenScope, RegistryError>
  /// Where stored credentials were refused, and everybody's token was taken instead.
  var passedOver: BoundedTable<TokenScope, RegistryError>
  /// Where credentials were answered with everybody's token, and without a word: Harbor's habit.
  var unheeded: BoundedTable<TokenScope, FoundCredential>
  /// The last time that somebody was asked for long and said nothing, and how often that was.
  private var silence: (count: Int, error: RegistryError?) = (0, nil)
  let turn = Turnstile()
  private let time: Stopwatch

  /// What expires is counted from the making of the authenticator.
  var now: Duration { time.elapsed }

  /// - Parameters:
  ///   - credentials: shared by the authenticators of one command, so that no place is asked twice.
  ///   - silentRealms: shared likewise.
  package init(
    registry: HTTPOrigin, registryName: String, credentials: CredentialMemory, prompt: CredentialPrompt?,
    transport: any HTTPTransport, resolver: any AddressResolver, silentRealms: SilentRealms,
    settings: AuthenticationSettings, clock: any Clock<Duration>
  ) {
    self.registry = registry
    self.registryName = registryName
    self.credentials = credentials
    self.prompt = prompt
    self.settings = settings
    time = Stopwatch(clock)
    grants = Grants(clock: clock)
    tried = TriedLogins(lifetime: settings.refusalLifetime)
    failures = BoundedTable(limit: 1000, lifetime: settings.refusalLifetime)
    passedOver = BoundedTable(limit: 1000, lifetime: settings.refusalLifetime)
    unheeded = BoundedTable(limit: 1000, lifetime: settings.refusalLifetime)
    service = TokenService(
      registry: registry, transport: transport, resolver: resolver, settings: settings, silentRealms: silentRealms)
    session = HarborSession(registry: registry, transport: transport, settings: settings)
  }

  /// What is known to let a request for `scope` in; nil where nothing is, and the registry must be heard first.
  package func authorization(for scope: TokenScope) async throws -> Authorization? {
    if grants.has(scope) { return grants.authorization(for: scope) }
    if settings.usesHarborSession {
      return try await turn.pass { try await self.sessionInTurn(scope) }
    }
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
    let silences = silence.count
    return try await turn.pass {
      try await self.renewInTurn(scope, used: used, challenges: challenges, silences: silences)
    }
  }

  /// - Parameter silences: how many there had been when this began to wait for its turn.
  private func renewInTurn(
    _ scope: TokenScope, used: Authorization?, challenges: [Challenge], silences: Int
  ) async throws -> Authorization {
    if let granted = grants.authorization(for: scope), granted != used { return granted }
    // Nobody answered whom this waited for, and would not answer this either.
    if silence.count != silences, let error = silence.error { throw error }
    do {
      return try await remembering(scope) {
        try await self.newAuthorization(scope, used: used, challenges: challenges)
      }
    } catch let error as RegistryError where error.isSilence {
      silence = (silence.count + 1, error)
      throw error
    }
  }

  private func sessionInTurn(_ scope: TokenScope) async throws -> Authorization? {
    if grants.has(scope) { return grants.authorization(for: scope) }
    return try await remembering(scope) { try await self.harborSession(scope, used: nil) }
  }

  /// Throws what `body` threw before for the same scope, unless that may pass.
  private func remembering<Result>(
    _ scope: TokenScope, _ body: () async throws -> Result
  ) async throws -> Result {
    if let failure = failures[scope, at: now] { throw failure }
    do {
      return try await body()
    } catch let error as RegistryError where !error.isTransient {
      let error = explained(error, scope)
      failures[scope, at: now] = error
      throw error
    }
  }

  private func newAuthorization(
    _ scope: TokenScope, used: Authorization?, challenges: [Challenge]
  ) async throws -> Authorization {
    if let offered = challenges.lazy.compactMap(BearerChallenge.init).first { bearer = bearer ?? offered }
    if settings.usesHarborSession { return try await sessionOrEverybodysToken(scope, used: used) }
    if let bearer { return try await token(bearer, scope: scope, used: used) }
    guard challenges.contains(where: { BasicChallenge($0) != nil }) else {
      throw RegistryError(.unknownChallenge(host: registry.description))
    }
    wantsPasswords = true
    return try await basic(scope, used: used)
  }
}
