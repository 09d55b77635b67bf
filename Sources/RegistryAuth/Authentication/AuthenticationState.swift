import HTTPAccess

/// Every decision about what lets requests into one registry, as a value: it is told what happened, and says what to do
/// next. It does no I/O.
///
/// One conversation is led at a time: a question that needs one waits for the end of another's, and is asked again then. So a
/// token is fetched once, however many transfers need it, and a password that may be wrong is not sent twice.
package struct AuthenticationState: Sendable {
  /// What happened.
  struct Question: Sendable {
    let scope: TokenScope
    let occasion: Occasion
  }

  package enum Occasion: Sendable {
    /// A request without a body is to be sent.
    case request
    /// A request with a body is to be sent: a refusal would come only behind it, so what is about to end is renewed first.
    case body
    /// A request for a mount is to be sent: with a token service it needs a token for both repositories. Nothing is remembered
    /// of a failure: the blob is then sent.
    case mount
    /// The registry answered 401 to a request that carried `used`: nothing that is known is better than that.
    case unauthorized(used: Authorization?, [Challenge])
    /// The registry answered 403 to a request that carried `used`.
    case forbidden(used: Authorization?)
  }

  /// What to do next.
  enum Step: Sendable {
    /// Send the request, with this or without anything.
    case send(Authorization?)
    /// Send the request with an anonymous token, to see whether the login was what the registry did not like.
    case tryAnonymously(AnonymousFallback)
    /// Find this out, and pass it to ``heard(_:at:)``.
    case find(Inquiry)
    /// Wait until a conversation has ended, and ask the question again with this number.
    case wait(since: Int)
    case fail(AuthError)
  }

  enum Inquiry: Sendable {
    /// What the places of credentials know. `again`: what they said before is no longer good.
    case credential(again: Bool)
    /// What a person types.
    case prompt
    /// A token from the token service, with a credential or anonymously.
    case token(BearerChallenge, FoundCredential?)
    /// A session of Harbor's.
    case session(FoundCredential)
    /// Whether Harbor still knows a session.
    case sessionCheck(Authorization)
  }

  enum Answer: Sendable {
    case credential(FoundCredential?)
    case prompted(FoundCredential?)
    case token(Result<TokenService.Token, AuthError>)
    case session(Result<Authorization, AuthError>)
    case sessionCheck(Result<Bool, AuthError>)
  }

  /// An anonymous token, for a registry that answered 403 to a login.
  package struct AnonymousFallback: Sendable {
    let token: TokenService.Token
    /// The login that was sent before.
    let login: FoundCredential

    package var authorization: Authorization { token.authorization }
  }

  /// The registry's name in errors.
  let registry: String
  let usesSessions: Bool
  /// Whether there is a person who can be asked.
  let canPrompt: Bool

  /// The realm is remembered: an expired token makes Harbor answer with a Basic challenge that means the same realm, and
  /// Google's registry with no challenge at all.
  var bearer: BearerChallenge?
  var wantsPasswords = false
  var grants = Grants()
  var logins: TriedLogins
  var sessions: BoundedTable<FoundCredential, Authorization>
  /// What a person typed.
  var prompted: FoundCredential?
  var failures: BoundedTable<TokenScope, AuthError>
  /// Where stored credentials were refused, and an anonymous token was taken instead.
  var rejectedCredentials: BoundedTable<TokenScope, AuthError>
  /// Where credentials were ignored: Harbor answers a wrong login with an anonymous token instead of 401.
  var ignoredCredentials: BoundedTable<TokenScope, FoundCredential>
  /// The last conversation in which somebody who was asked for long said nothing.
  private var silence: (conversation: Int, error: AuthError)?
  private var started = 0
  var conversation: Conversation?

  /// - Parameter refusalLifetime: how long a refusal counts; nil for as long as there are requests.
  init(registry: String, usesSessions: Bool = false, canPrompt: Bool = false, refusalLifetime: Duration? = nil) {
    self.registry = registry
    self.usesSessions = usesSessions
    self.canPrompt = canPrompt
    logins = TriedLogins(lifetime: refusalLifetime)
    sessions = BoundedTable(limit: 256)
    failures = BoundedTable(limit: 1000, lifetime: refusalLifetime)
    rejectedCredentials = BoundedTable(limit: 1000, lifetime: refusalLifetime)
    ignoredCredentials = BoundedTable(limit: 1000, lifetime: refusalLifetime)
  }

  /// Takes a question in.
  ///
  /// - Parameters:
  ///   - since: what ``Step/wait(since:)`` gave, where this waited before.
  ///   - now: the time since any start, the same for all calls.
  mutating func asked(_ question: Question, since: Int? = nil, at now: Duration) -> Step {
    let scope = question.scope
    switch question.occasion {
    case .request, .body, .mount:
      let margin: Grants.Margin = if case .body = question.occasion, bearer != nil { .forBody } else { .none }
      if let granted = grants.authorization(for: scope, at: now, margin: margin) { return .send(granted) }
      let hadGrant = grants.has(scope, at: now)
      switch question.occasion {
      // Where there was no token so far, the registry asks for none.
      case .body where hadGrant:
        guard let bearer else { return .send(nil) }
        return begin(question, .token(bearer), since, at: now)
      case .mount:
        if !hadGrant, usesSessions || wantsPasswords { break }
        guard let bearer else { return .send(nil) }
        return begin(question, .token(bearer), since, at: now)
      default: if hadGrant { return .send(nil) }
      }
      if usesSessions { return begin(question, .session, since, at: now) }
      // It wanted a password for another repository: that spares being turned away first.
      return wantsPasswords ? begin(question, .knownPassword, since, at: now) : .send(nil)
    case .unauthorized(let used, let challenges):
      if let granted = grants.authorization(for: scope, at: now), granted != used { return .send(granted) }
      if conversation == nil, bearer == nil { bearer = challenges.lazy.compactMap(BearerChallenge.init).first }
      if usesSessions { return begin(question, .session, since, at: now) }
      if let bearer { return begin(question, .token(bearer), since, at: now) }
      guard challenges.contains(where: \.isBasic) else {
        return .fail(failures[scope, at: now] ?? AuthError(.unknownChallenge(host: registry)))
      }
      wantsPasswords = true
      return begin(question, .password, since, at: now)
    case .forbidden(let used):
      guard case .bearer = used, grants.provesLogin(scope, at: now), rejectedCredentials[scope, at: now] == nil,
        let bearer
      else { return .send(nil) }
      return begin(question, .fallback(bearer), since, at: now)
    }
  }

  private mutating func begin(_ question: Question, _ way: Conversation.Way, _ since: Int?, at now: Duration) -> Step {
    guard conversation == nil else { return .wait(since: since ?? started) }
    // Whoever was asked for that one did not answer, and would not answer this either.
    if let since, let silence, silence.conversation >= since { return .fail(silence.error) }
    let next = Conversation(question: question, way: way)
    if next.remembersFailure, let failure = failures[question.scope, at: now] { return .fail(failure) }
    started += 1
    conversation = next
    return .find(.credential(again: false))
  }

  /// Ends a conversation: others may begin one.
  mutating func end(_ step: Step, at now: Duration) -> Step {
    guard let ended = conversation else { return step }
    conversation = nil
    if case .fail(let error) = step {
      if error.isSilence { silence = (started, error) }
      if ended.remembersFailure, !error.isTransient { failures[ended.question.scope, at: now] = error }
    }
    return step
  }

  /// Ends a conversation without a result: who led it was cancelled, or a place of credentials failed.
  mutating func interrupt() { conversation = nil }
}

/// What was found out, for those who ask.
extension AuthenticationState {
  /// What a person typed counts once what was stored is refused, or where nothing was.
  mutating func chosen(_ stored: FoundCredential?, at now: Duration) -> FoundCredential? {
    guard let prompted else { return stored }
    return stored.map { logins.refusal(of: $0, at: now) == nil ? $0 : prompted } ?? prompted
  }

  /// The request went well with an anonymous token: it goes on without the login.
  mutating func use(_ fallback: AnonymousFallback, _ scope: TokenScope, at now: Duration) {
    rejectedCredentials[scope, at: now] = error(refusing: fallback.login)
    grants.keep(
      fallback.authorization, for: scope, at: now, lifetime: fallback.token.lifetime, provesLogin: false)
  }

  /// The registry took a password.
  mutating func took(_ password: Authorization, _ scope: TokenScope, at now: Duration) {
    grants.keep(password, for: scope, at: now, provesLogin: true)
  }

  /// The place of credentials for this that were not accepted, so that it is asked for without a login.
  mutating func originOfRejectedLogin(_ scope: TokenScope, at now: Duration) -> CredentialOrigin? {
    guard case .credentialsRefused(_, let origin) = rejectedCredentials[scope, at: now]?.reason else {
      return ignoredCredentials[scope, at: now]?.origin
    }
    return origin
  }

  /// Why the registry still says no to what was sent.
  ///
  /// - Parameter stored: what the places of credentials know.
  mutating func refusal(
    _ scope: TokenScope, used: Authorization?, stored: FoundCredential?, at now: Duration
  ) -> AuthFailure {
    if let refusal = rejectedCredentials[scope, at: now] { return refusal.reason }
    guard let found = chosen(stored, at: now) else {
      return used == nil ? .loginRequired(host: registry) : .accessDenied(host: registry, origin: nil)
    }
    if let refusal = logins.refusal(of: found, at: now) { return refusal.reason }
    // A token that came for a password proves it, unless the token itself says that it is anonymous.
    guard case .basic = used else {
      return ignoredCredentials[scope, at: now] == found
        ? error(refusing: found).reason : .accessDenied(host: registry, origin: found.origin)
    }
    return error(refusing: found).reason
  }

  func error(refusing found: FoundCredential) -> AuthError {
    AuthError(.credentialsRefused(host: registry, origin: found.origin))
  }
}
