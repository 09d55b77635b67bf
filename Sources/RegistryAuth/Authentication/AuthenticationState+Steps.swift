/// The steps of a conversation, each from what was found out to what is done next.
extension AuthenticationState {
  /// Takes in what was found out.
  mutating func heard(_ answer: Answer, at now: Duration) -> Step {
    guard let talk = conversation else { return .send(nil) }
    switch (answer, talk.stage) {
    case (.credential(let stored), .credential): return found(chosen(stored, at: now), talk, at: now)
    case (.credential(let other), .replacement(let login, let refusal)):
      guard let other, other != login, logins.refusal(of: other, at: now) == nil else {
        return afterRefusal(of: login, refusal, talk, at: now)
      }
      return token(other, .first, talk, at: now)
    case (.prompted(let answer), .prompt(let purpose)):
      prompted = answer ?? prompted
      return promptedStep(answer, purpose, talk, at: now)
    case (.token(.success(let token)), .token(let login, let role)):
      return arrived(token, login, role, talk, at: now)
    case (.token(.failure(let error)), .token(let login, let role)):
      return failed(error, login, role, talk, at: now)
    case (.session(.success(let session)), .session(let login)):
      sessions[login, at: now] = session
      return send(session, talk, at: now)
    case (.session(.failure(let error)), .session(let login)):
      guard error.isRefusal else { return end(.fail(error), at: now) }
      logins.refuse(login, with: error, at: now)
      return sessionRefused(login, error, talk, at: now)
    case (.sessionCheck(.success(true)), .sessionCheck(let login)):
      // It lets others in, so it is not enough for this.
      return end(.fail(AuthError(.accessDenied(host: registry, origin: login.origin))), at: now)
    case (.sessionCheck(.success(false)), .sessionCheck(let login)): return find(.session(login), .session(login))
    case (.sessionCheck(.failure(let error)), .sessionCheck): return end(.fail(error), at: now)
    default:
      interrupt()
      return .send(nil)
    }
  }

  private mutating func find(_ inquiry: Inquiry, _ stage: Conversation.Stage) -> Step {
    conversation?.stage = stage
    return .find(inquiry)
  }

  /// Sends what is known to say who asks.
  private mutating func send(_ authorization: Authorization, _ talk: Conversation, at now: Duration) -> Step {
    // A password counts once the registry has taken it.
    if case .basic = authorization {} else { grants.keep(authorization, for: talk.scope, at: now, provesLogin: true) }
    return end(.send(authorization), at: now)
  }

  private mutating func found(_ login: FoundCredential?, _ talk: Conversation, at now: Duration) -> Step {
    switch talk.way {
    case .token: return tokenStep(login, talk, at: now)
    case .password: return passwordStep(login, talk, at: now)
    case .knownPassword:
      // Where it was refused for this, it is not sent again before that ends.
      guard let login, logins.refusal(of: login, at: now) == nil, failures[talk.scope, at: now] == nil,
        let authorization = Authorization(login)
      else { return end(.send(nil), at: now) }
      return send(authorization, talk, at: now)
    case .session: return sessionStep(login, talk, at: now)
    case .fallback:
      guard let login, login.origin.isStored else { return end(.send(nil), at: now) }
      return token(nil, .fallback(login), talk, at: now)
    }
  }

  // MARK: Tokens

  private mutating func tokenStep(_ login: FoundCredential?, _ talk: Conversation, at now: Duration) -> Step {
    guard let login else {
      // A token without a login was not enough: only a person can help now.
      return talk.used == nil ? token(nil, .first, talk, at: now) : prompt(.noLogin(nil), talk, at: now)
    }
    // It was sent, and an anonymous token came: to send it once more would count against the account.
    if ignoredCredentials.all(at: now).contains(where: { $0.value == login }) {
      guard talk.used != nil, login.origin.isStored else { return token(nil, .ignoring(login), talk, at: now) }
      return prompt(.ignored(login), talk, at: now)
    }
    if let refusal = rejectedCredentials[talk.scope, at: now] ?? logins.refusal(of: login, at: now) {
      return afterRefusal(of: login, refusal, talk, at: now)
    }
    return token(login, .first, talk, at: now)
  }

  /// Asks for a token, or takes the one that is kept as a login.
  private mutating func token(
    _ login: FoundCredential?, _ role: Conversation.Role, _ talk: Conversation, at now: Duration
  ) -> Step {
    if let login, case .registryToken(let token) = login.credential {
      guard talk.used != .bearer(token) else { return failed(error(refusing: login), login, role, talk, at: now) }
      return send(.bearer(token), talk, at: now)
    }
    switch talk.way {
    case .token(let challenge), .fallback(let challenge):
      return find(.token(challenge, login.map { logins.current($0, at: now) }), .token(login, role))
    default:
      guard let bearer else { return end(.send(nil), at: now) }
      return find(.token(bearer, login), .token(login, role))
    }
  }

  private mutating func arrived(
    _ token: TokenService.Token, _ login: FoundCredential?, _ role: Conversation.Role, _ talk: Conversation,
    at now: Duration
  ) -> Step {
    if case .fallback(let login) = role {
      return end(.tryAnonymously(AnonymousFallback(token: token, login: login)), at: now)
    }
    let isOwn = login != nil && !token.isAnonymous
    ignoredCredentials[talk.scope, at: now] = token.isAnonymous ? login : nil
    if let login, isOwn { logins.accept(login, refreshToken: token.refreshToken, at: now) }
    switch role {
    case .anonymous(let refusal): rejectedCredentials[talk.scope, at: now] = refusal
    case .ignoring(let login): ignoredCredentials[talk.scope, at: now] = login
    default: break
    }
    grants.keep(token.authorization, for: talk.scope, at: now, lifetime: token.lifetime, provesLogin: isOwn)
    return end(.send(token.authorization), at: now)
  }

  private mutating func failed(
    _ error: AuthError, _ login: FoundCredential?, _ role: Conversation.Role, _ talk: Conversation,
    at now: Duration
  ) -> Step {
    switch role {
    case .first:
      if let login, error.isRefusal { return refused(login, error, talk, at: now) }
      if login == nil, case .loginRequired = error.reason { return prompt(.noLogin(error), talk, at: now) }
    case .prompted: if let login, error.isRefusal { note(error, refusing: login, at: now) }
    case .anonymous(let refusal): if !error.isTransient { return prompt(.refused(refusal), talk, at: now) }
    case .sessionless(let failure):
      if !error.isTransient { return prompt(.session(failure.isRefusal ? failure : error), talk, at: now) }
    case .fallback:
      // The registry's own answer tells more.
      return end(.send(nil), at: now)
    case .ignoring: break
    }
    return end(.fail(error), at: now)
  }

  /// A 403 may be about this repository alone.
  private mutating func note(_ refusal: AuthError, refusing login: FoundCredential, at now: Duration) {
    if refusal.answer?.status != 403 { logins.refuse(login, with: refusal, at: now) }
  }

  private mutating func refused(
    _ login: FoundCredential, _ refusal: AuthError, _ talk: Conversation, at now: Duration
  ) -> Step {
    let wasAccepted = logins.wereAccepted(login, at: now)
    // The other repository may be what it is not for.
    if wasAccepted, case .mount = talk.question.occasion { return end(.fail(refusal), at: now) }
    note(refusal, refusing: login, at: now)
    guard wasAccepted, login.origin.isStored, !talk.hasLookedAgain else {
      return afterRefusal(of: login, refusal, talk, at: now)
    }
    conversation?.hasLookedAgain = true
    return find(.credential(again: true), .replacement(of: login, refusal))
  }

  /// Stored credentials grow old, and a public image needs none: an anonymous token first, and then a person's word.
  private mutating func afterRefusal(
    of login: FoundCredential, _ refusal: AuthError, _ talk: Conversation, at now: Duration
  ) -> Step {
    guard login.origin.isStored else { return end(.fail(refusal), at: now) }
    // It was not, where one is known that is still good.
    let mayBeEnough =
      !canPrompt || talk.used == nil || rejectedCredentials[talk.scope, at: now] == nil
      || grants.authorization(for: talk.scope, at: now) == nil
    return mayBeEnough
      ? token(nil, .anonymous(insteadOf: refusal), talk, at: now) : prompt(.refused(refusal), talk, at: now)
  }

  // MARK: A person

  private mutating func prompt(_ purpose: Conversation.Purpose, _ talk: Conversation, at now: Duration) -> Step {
    guard prompted == nil, canPrompt else { return promptedStep(prompted, purpose, talk, at: now) }
    return find(.prompt, .prompt(purpose))
  }

  private mutating func promptedStep(
    _ login: FoundCredential?, _ purpose: Conversation.Purpose, _ talk: Conversation, at now: Duration
  ) -> Step {
    if let login, let refusal = logins.refusal(of: login, at: now) { return end(.fail(refusal), at: now) }
    switch (purpose, login) {
    case (.noLogin(let error?), nil): return end(.fail(error), at: now)
    case (.noLogin, _): return token(login, .prompted, talk, at: now)
    case (.ignored(let ignored), nil): return token(nil, .ignoring(ignored), talk, at: now)
    case (.ignored(let ignored), let login?):
      logins.refuse(ignored, with: error(refusing: ignored), at: now)
      return token(login, .prompted, talk, at: now)
    case (.refused(let refusal), nil): return end(.fail(refusal), at: now)
    case (.refused, let login?):
      rejectedCredentials[talk.scope, at: now] = nil
      return token(login, .prompted, talk, at: now)
    case (.password(let found, let refusal), _):
      guard let login, login != found, let authorization = Authorization(login) else {
        return end(.fail(refusal ?? AuthError(.loginRequired(host: registry))), at: now)
      }
      return send(authorization, talk, at: now)
    case (.session(let failure), nil): return end(.fail(failure), at: now)
    case (.session, let login?):
      rejectedCredentials[talk.scope, at: now] = nil
      return find(.session(login), .session(login))
    }
  }

  // MARK: Passwords

  private mutating func passwordStep(_ login: FoundCredential?, _ talk: Conversation, at now: Duration) -> Step {
    guard let login else { return prompt(.password(nil, nil), talk, at: now) }
    let known = logins.refusal(of: login, at: now)
    if known == nil, let authorization = Authorization(login), authorization != talk.used {
      return send(authorization, talk, at: now)
    }
    grants.forget(talk.scope, at: now)
    let refusal = known ?? error(refusing: login)
    logins.suspect(login, because: refusal, at: now)
    return prompt(.password(login, refusal), talk, at: now)
  }

  // MARK: Sessions

  private mutating func sessionStep(_ login: FoundCredential?, _ talk: Conversation, at now: Duration) -> Step {
    guard let login else { return withoutSession(talk, at: now) }
    if let refusal = logins.refusal(of: login, at: now) { return sessionRefused(login, refusal, talk, at: now) }
    guard let session = sessions[login, at: now] else { return find(.session(login), .session(login)) }
    guard session == talk.used else { return send(session, talk, at: now) }
    // It let others in: either it is over, or it is not enough for this.
    return find(.sessionCheck(session), .sessionCheck(login))
  }

  private mutating func sessionRefused(
    _ login: FoundCredential, _ refusal: AuthError, _ talk: Conversation, at now: Duration
  ) -> Step {
    guard login.origin.isStored else { return end(.fail(refusal), at: now) }
    rejectedCredentials[talk.scope, at: now] = refusal
    return withoutSession(talk, at: now)
  }

  /// A public image needs no session.
  private mutating func withoutSession(_ talk: Conversation, at now: Duration) -> Step {
    guard case .unauthorized = talk.question.occasion else { return end(.send(nil), at: now) }
    let failure = rejectedCredentials[talk.scope, at: now] ?? AuthError(.loginRequired(host: registry))
    guard bearer != nil, talk.used == nil else { return prompt(.session(failure), talk, at: now) }
    return token(nil, .sessionless(failure), talk, at: now)
  }
}

extension AuthError {
  /// Whether a name and a password were not accepted.
  var isRefusal: Bool {
    if case .credentialsRefused = reason { true } else { false }
  }
}
