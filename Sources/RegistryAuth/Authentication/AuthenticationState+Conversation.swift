import HTTPAccess

extension AuthenticationState {
  /// The finding out of what lets one request in, from the first inquiry to the last.
  struct Conversation: Sendable {
    let question: Question
    let way: Way
    var stage = Stage.credential
    var hasLookedAgain = false

    enum Way: Sendable {
      case token(BearerChallenge)
      /// The registry takes a name and a password itself, and turned the request away.
      case password
      /// The registry takes them itself; it was not asked yet.
      case knownPassword
      case session
      /// An anonymous token, after a 403.
      case fallback(BearerChallenge)
    }

    /// What is being found out.
    enum Stage: Sendable {
      case credential
      /// Whether a login that was accepted, and is refused now, has been replaced where it is kept.
      case replacement(of: FoundCredential, AuthError)
      case prompt(Purpose)
      case token(FoundCredential?, Role)
      case session(FoundCredential)
      case sessionCheck(FoundCredential)
    }

    /// Why a person is asked.
    enum Purpose: Sendable {
      /// An anonymous token was not enough, or there is none.
      case noLogin(AuthError?)
      /// The login is ignored.
      case ignored(FoundCredential)
      /// The stored login is refused, and an anonymous token is not enough.
      case refused(AuthError)
      case password(FoundCredential?, AuthError?)
      case session(AuthError)
    }

    /// What a token is wanted for.
    enum Role: Sendable {
      /// The login that was found, or none.
      case first
      /// In place of a stored login that was refused.
      case anonymous(insteadOf: AuthError)
      /// In place of a login that is ignored.
      case ignoring(FoundCredential)
      /// What a person typed, or declined to.
      case prompted
      /// In place of a session.
      case sessionless(AuthError)
      /// In place of a login that the registry answers 403 to.
      case fallback(FoundCredential)
    }

    var scope: TokenScope { question.scope }

    /// What the registry turned away.
    var used: Authorization? { if case .unauthorized(let used, _) = question.occasion { used } else { nil } }

    /// Whether the same question fails at once from then on.
    var remembersFailure: Bool {
      switch (question.occasion, way) {
      case (.unauthorized, _), (_, .session): true
      default: false
      }
    }
  }
}
