import HTTPAccess
import Waiting

/// Finds out what lets requests into one registry. ``AuthenticationState`` decides, and this asks for it: places of
/// credentials, a person, the token service.
package actor Authenticator {
  let registry: HTTPOrigin
  let registryName: String
  let credentials: CredentialMemory
  let service: TokenService
  let session: HarborSession
  let settings: LoginSettings
  var state: AuthenticationState
  private let time: Stopwatch
  private var trials = PasswordTrials()
  /// That a conversation of the state's has ended.
  private let end = ChangeSignal()
  /// That the trial of a password has ended.
  private let answered = ChangeSignal()

  var now: Duration { time.elapsed }

  /// - Parameters:
  ///   - credentials: shared by the authenticators of one command, so that no place is asked twice.
  ///   - silentRealms: shared likewise.
  ///   - now: seconds since 1970, for the dates that servers send.
  /// - Throws: ``AuthError`` where the address of a token service in `settings` is none.
  package init(
    registry: HTTPOrigin, registryName: String, credentials: CredentialMemory, transport: any HTTPTransport,
    resolver: any AddressResolver, silentRealms: SilentRealms, settings: LoginSettings,
    now: @escaping @Sendable () -> Int64, clock: any Clock<Duration>
  ) throws(AuthError) {
    self.registry = registry
    self.registryName = registryName
    self.credentials = credentials
    self.settings = settings
    time = Stopwatch(clock)
    state = AuthenticationState(
      registry: registry.description, usesSessions: settings.usesHarborSession, canPrompt: settings.prompt != nil,
      refusalLifetime: settings.refusalLifetime)
    service = try TokenService(
      registry: registry, transport: transport, resolver: resolver, settings: settings, silentRealms: silentRealms,
      now: now)
    session = HarborSession(registry: registry, transport: transport, now: now)
  }

  /// What lets a request in; nil where nothing is known, and the registry must be heard first.
  ///
  /// - Throws: ``AuthError``, after a 401 where there is nothing better to send; ``CredentialError``; `CancellationError`.
  package func authorization(
    for scope: TokenScope, _ occasion: AuthenticationState.Occasion = .request
  ) async throws -> Authorization? {
    switch try await step(scope, occasion) {
    case .send(let authorization): return authorization
    case .fail(let error): throw explained(error, scope)
    case .tryAnonymously, .find, .wait: return nil
    }
  }

  /// The same for a request that is sent at once. A password that the registry has not taken so far goes with one request at
  /// a time, so that a wrong one is not sent by all: what became of that request is told to ``tried(_:for:status:)``, or by a
  /// question with the occasion `unauthorized`.
  ///
  /// - Throws: as ``authorization(for:_:)``.
  package func turn(
    for scope: TokenScope, _ occasion: AuthenticationState.Occasion = .request
  ) async throws -> Authorization? {
    let refused: Authorization? = if case .unauthorized(let used, _) = occasion { used } else { nil }
    while true {
      let found: Authorization?
      do { found = try await authorization(for: scope, occasion) } catch {
        tried(refused, for: scope, status: 401)
        throw error
      }
      tried(refused, for: scope, status: 401)
      let generation = answered.generation
      guard let found, trials.begin(found, at: now) == .wait else { return found }
      try await answered.wait(since: generation)
    }
  }

  /// Notes what became of a request with what ``turn(for:_:)`` gave.
  ///
  /// - Parameter status: the registry's; nil where there was no answer.
  package func tried(_ authorization: Authorization?, for scope: TokenScope, status: Int?) {
    guard let authorization, case .basic = authorization else { return }
    let isTaken = status.map { $0 != 401 && $0 != 429 && $0 < 500 } ?? false
    if isTaken { state.took(authorization, scope, at: now) }
    if trials.end(authorization, isTaken: isTaken ? true : status == 401 ? false : nil, at: now) { answered.notify() }
  }

  /// What to try after the registry answered 403 to a request that carried `used`: its token service took a login, and the
  /// registry may not like it. ECR Public does so with one that has run out, for public images.
  ///
  /// - Returns: nil where no stored login was sent, or the token service gives no anonymous token.
  package func anonymousFallback(
    for scope: TokenScope, used: Authorization?
  ) async throws -> AuthenticationState.AnonymousFallback? {
    guard case .tryAnonymously(let fallback) = try await step(scope, .forbidden(used: used)) else { return nil }
    return fallback
  }

  /// Goes on with an anonymous token that the registry took: it was the login that it did not like.
  package func useAnonymousToken(_ fallback: AuthenticationState.AnonymousFallback, for scope: TokenScope) {
    state.use(fallback, scope, at: now)
  }

  /// Whether what is sent for this says who asks.
  package func provesLogin(_ scope: TokenScope) -> Bool { state.grants.provesLogin(scope, at: now) }

  /// The place of credentials for this that were not accepted, so that it is asked for without a login.
  package func originOfRejectedLogin(_ scope: TokenScope) -> CredentialOrigin? {
    state.originOfRejectedLogin(scope, at: now)
  }

  /// Why the registry still says no to what this gave: for the error, once everything was tried.
  package func refusal(_ scope: TokenScope, used: Authorization?) async -> AuthFailure {
    let stored = try? await credentials.credential(for: query(scope))
    return explained(AuthError(state.refusal(scope, used: used, stored: stored, at: now)), scope).reason
  }

  /// The same with the places that were looked at.
  private func explained(_ error: AuthError, _ scope: TokenScope) -> AuthError {
    guard case .loginRequired(let host, _) = error.reason else { return error }
    return error.because(.loginRequired(host: host, searched: credentials.places(for: query(scope))))
  }

  private func query(_ scope: TokenScope) -> CredentialQuery {
    CredentialQuery(registry: registryName, repository: scope.repository)
  }

  /// Whether two repositories are asked for with the same login: a token is for what one of them may do.
  ///
  /// - Throws: `CancellationError`.
  package func haveOneLogin(_ repositories: [String]) async throws -> Bool {
    var found: Set<Credential?> = []
    for repository in repositories {
      let query = CredentialQuery(registry: registryName, repository: repository)
      do { found.insert(try await credentials.credential(for: query)?.credential) } catch is CredentialError {
        found.insert(nil)
      }
    }
    return found.count == 1
  }

  /// The login for a scope, if there is one.
  func login(_ scope: TokenScope) async throws -> FoundCredential? {
    state.chosen(try await credentials.credential(for: query(scope)), at: now)
  }
}

/// Conversations.
extension Authenticator {
  /// The last step, once everything is found out.
  private func step(
    _ scope: TokenScope, _ occasion: AuthenticationState.Occasion
  ) async throws -> AuthenticationState.Step {
    let question = AuthenticationState.Question(scope: scope, occasion: occasion)
    var step = state.asked(question, at: now)
    while case .wait(let since) = step {
      try await end.wait(since: end.generation)
      step = state.asked(question, since: since, at: now)
    }
    guard case .find = step else { return step }
    defer { end.notify() }
    do {
      while case .find(let inquiry) = step { step = state.heard(try await answer(inquiry, scope), at: now) }
    } catch {
      state.interrupt()
      throw error
    }
    return step
  }

  private func answer(
    _ inquiry: AuthenticationState.Inquiry, _ scope: TokenScope
  ) async throws -> AuthenticationState.Answer {
    switch inquiry {
    case .credential(let again):
      if again { credentials.forget(query(scope)) }
      return .credential(try await credentials.credential(for: query(scope)))
    case .prompt: return .prompted(try await settings.prompt?(registryName))
    case .token(let challenge, let login):
      return .token(try await result { try await service.token(challenge, scope: scope, credential: login) })
    case .session(let login): return .session(try await result { try await session.logIn(login) })
    case .sessionCheck(let known): return .sessionCheck(try await result { try await session.isAlive(known) })
    }
  }

  /// - Throws: what is no answer, such as `CancellationError`.
  private func result<Value>(_ body: () async throws -> Value) async throws -> Result<Value, AuthError> {
    do { return .success(try await body()) } catch let error as AuthError { return .failure(error) }
  }
}
