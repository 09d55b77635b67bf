import HTTPAccess
import SeededRandom
import Testing

@testable import RegistryAuth

@Suite("What lets requests in, decided without a socket")
struct AuthenticationStateTests {
  typealias State = AuthenticationState

  enum Event: Sendable {
    case ask(State.Occasion, TokenScope)
    /// The question that was told to wait is asked again.
    case askAgain
    case hear(State.Answer)
    case interrupt
    /// What was tried anonymously went well.
    case use(TokenScope)
    case pass(seconds: Int)
  }

  /// What happens, and what is to be done then.
  typealias Line = (Event, String)

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var usesSessions = false
    var canPrompt = false
    var refusalLifetime: Duration?
    let lines: [Line]

    init(
      _ name: String, usesSessions: Bool = false, canPrompt: Bool = false, refusalLifetime: Duration? = nil,
      _ lines: [Line]
    ) {
      testDescription = name
      self.usesSessions = usesSessions
      self.canPrompt = canPrompt
      self.refusalLifetime = refusalLifetime
      self.lines = lines
    }
  }

  // MARK: Words of the table

  private static let app = TokenScope.pull("team/app")
  private static let other = TokenScope.pull("team/other")
  private static let third = TokenScope.pull("team/third")

  private static let stored = login("me", .helper(name: "h", key: "registry.example"))
  private static let given = login("me", .commandLine)
  private static let typed = login("typed", .prompt)

  private static func login(_ name: String, _ origin: CredentialOrigin) -> FoundCredential {
    FoundCredential(.password(username: name, password: "canary"), from: origin)
  }

  private static func refreshToken(_ text: String) -> FoundCredential {
    FoundCredential(.identityToken(text), from: .file(path: "config.json", key: "registry.example"))
  }

  private static let bearer = Challenge.parse([#"Bearer realm="https://auth.example/token",service="registry""#])
  private static let basic = Challenge.parse([#"Basic realm="harbor""#])

  private static func ask(_ occasion: State.Occasion, _ scope: TokenScope = app) -> Event { .ask(occasion, scope) }

  /// The registry answers 401.
  private static func refuse(
    _ used: Authorization? = nil, _ challenges: [Challenge] = bearer, _ scope: TokenScope = app
  ) -> Event { .ask(.unauthorized(used: used, challenges), scope) }

  private static func credential(_ found: FoundCredential?) -> Event { .hear(.credential(found)) }

  private static func token(
    _ text: String, lifetime: Int64 = 300, isAnonymous: Bool = false, refreshToken: String? = nil
  ) -> Event {
    .hear(.token(.success(made(text, lifetime, isAnonymous, refreshToken))))
  }

  private static func made(
    _ text: String, _ lifetime: Int64 = 300, _ isAnonymous: Bool = false, _ refreshToken: String? = nil
  ) -> TokenService.Token {
    TokenService.Token(
      authorization: .bearer(text), lifetime: lifetime, isAnonymous: isAnonymous, refreshToken: refreshToken)
  }

  private static func noToken(_ reason: AuthFailure, status: Int? = nil) -> Event {
    .hear(
      .token(
        .failure(AuthError(reason, answer: status.map { ServerAnswer(status: $0, words: [], requestID: nil) }))))
  }

  private static func refused(_ login: FoundCredential) -> AuthFailure {
    .credentialsRefused(host: "auth.example", origin: login.origin)
  }

  private static let wanted = AuthFailure.loginRequired(host: "registry.example")
  private static let silent = AuthFailure.network(.stalled(host: "auth.example", seconds: 30))

  private static func words(_ step: State.Step) -> String {
    switch step {
    case .send(let authorization): "send " + words(authorization)
    case .tryAnonymously(let fallback): "try " + words(fallback.authorization)
    case .find(.credential(let again)): again ? "credential again" : "credential"
    case .find(.prompt): "prompt"
    case .find(.token(_, let login)): "token for " + words(login)
    case .find(.session(let login)): "session for " + words(login)
    case .find(.sessionCheck(let session)): "check " + words(session)
    case .wait: "wait"
    case .fail(let error): "fail: \(error.reason)".prefix { $0 != "(" }.description
    }
  }

  private static func words(_ authorization: Authorization?) -> String {
    switch authorization {
    case .basic(let name, _): "password of \(name)"
    case .bearer(let token): token
    case .session(let cookie): cookie
    case nil: "nothing"
    }
  }

  private static func words(_ login: FoundCredential?) -> String {
    switch login?.credential {
    case .password(let name, _): name
    case .identityToken(let token), .registryToken(let token): token
    case nil: "nobody"
    }
  }

  // MARK: The table

  /// Signs in at a token service, and has a token for 300 seconds.
  private static func signedIn(_ login: FoundCredential, _ scope: TokenScope = app) -> [Line] {
    [(refuse(nil, bearer, scope), "credential"), (credential(login), "token for me"), (token("t1"), "send t1")]
  }

  static let rows: [Row] = [
    Row(
      "nothing is known before the registry was heard",
      [
        (ask(.request), "send nothing"), (ask(.body), "send nothing"), (ask(.mount), "send nothing"),
        (ask(.forbidden(used: nil)), "send nothing"),
      ]),
    Row(
      "nobody gets an anonymous token, for one repository",
      [
        (refuse(), "credential"), (credential(nil), "token for nobody"), (token("t1"), "send t1"),
        (ask(.request), "send t1"), (ask(.request, other), "send nothing"),
      ]),
    Row(
      "a login gets a token; two repositories have two",
      signedIn(given) + [
        (refuse(nil, bearer, other), "credential"), (credential(given), "token for me"), (token("t2"), "send t2"),
        (ask(.request), "send t1"), (ask(.request, other), "send t2"),
      ]),
    Row(
      "a token for push is one for pull, and none for a mount",
      [
        (refuse(nil, bearer, .push("team/app")), "credential"), (credential(given), "token for me"),
        (token("t1"), "send t1"), (ask(.request), "send t1"),
        (ask(.mount, .push("team/app", mountsFrom: "team/base")), "credential"), (credential(given), "token for me"),
        (token("t2"), "send t2"), (ask(.mount, .push("team/app", mountsFrom: "team/base")), "send t2"),
      ]),
    Row(
      "T160: a token that is about to end is renewed before a body, and one that has ended by the registry's 401",
      signedIn(given) + [
        (.pass(seconds: 199), ""), (ask(.body), "send t1"), (.pass(seconds: 2), ""), (ask(.request), "send t1"),
        (ask(.body), "credential"), (credential(given), "token for me"), (token("t2"), "send t2"),
        (ask(.body), "send t2"), (.pass(seconds: 301), ""), (ask(.request), "send nothing"),
        (refuse(.bearer("t2")), "credential"), (credential(given), "token for me"), (token("t3"), "send t3"),
      ]),
    Row(
      "a 401 in the middle: one fetches a token, the others wait for it; Harbor's Basic challenge means the same realm",
      signedIn(given) + [
        (refuse(.bearer("t1"), basic), "credential"), (refuse(.bearer("t1"), basic), "wait"),
        (credential(given), "token for me"), (refuse(.bearer("t1"), basic), "wait"), (token("t2"), "send t2"),
        (.askAgain, "send t2"), (refuse(.bearer("t1"), basic), "send t2"),
      ]),
    Row(
      "who waited for somebody silent does not ask him again; who comes later does",
      [
        (refuse(), "credential"), (credential(nil), "token for nobody"), (refuse(nil, bearer, other), "wait"),
        (noToken(silent), "fail: network"), (.askAgain, "fail: network"), (refuse(nil, bearer, other), "credential"),
      ]),
    Row(
      "who waited for one that was cancelled asks himself",
      [
        (refuse(), "credential"), (refuse(nil, bearer, other), "wait"), (.interrupt, ""), (.askAgain, "credential"),
        (credential(nil), "token for nobody"),
      ]),
    Row(
      "a failure that may pass is tried again, another is not",
      [
        (refuse(), "credential"), (credential(nil), "token for nobody"),
        (noToken(.network(.serverFailure(status: 503))), "fail: network"), (refuse(), "credential"),
        (credential(nil), "token for nobody"), (noToken(wanted), "fail: loginRequired"),
        (refuse(), "fail: loginRequired"),
        (refuse(nil, bearer, other), "credential"),
      ]),
    Row(
      "a wrong login of the command line is sent once in a command",
      [
        (refuse(), "credential"), (credential(given), "token for me"),
        (noToken(refused(given)), "fail: credentialsRefused"), (refuse(), "fail: credentialsRefused"),
        (refuse(nil, bearer, other), "credential"), (credential(given), "fail: credentialsRefused"),
      ]),
    Row(
      "a wrong stored login is sent once in a command; public images come without it",
      [
        (refuse(), "credential"), (credential(stored), "token for me"), (noToken(refused(stored)), "token for nobody"),
        (token("a1"), "send a1"), (refuse(nil, bearer, other), "credential"), (credential(stored), "token for nobody"),
        (noToken(wanted), "fail: credentialsRefused"),
      ]),
    Row(
      "a person is asked once an anonymous token is not enough; what he types wrongly is sent once", canPrompt: true,
      [
        (refuse(), "credential"), (credential(stored), "token for me"), (noToken(refused(stored)), "token for nobody"),
        (token("a1"), "send a1"), (refuse(.bearer("a1")), "credential"), (credential(stored), "prompt"),
        (.hear(.prompted(typed)), "token for typed"), (noToken(refused(typed)), "fail: credentialsRefused"),
        (refuse(nil, bearer, other), "credential"), (credential(stored), "fail: credentialsRefused"),
      ]),
    Row(
      "a person is not asked because an anonymous token has ended", canPrompt: true,
      [
        (refuse(), "credential"), (credential(stored), "token for me"), (noToken(refused(stored)), "token for nobody"),
        (token("a1"), "send a1"), (.pass(seconds: 301), ""), (refuse(.bearer("a1")), "credential"),
        (credential(stored), "token for nobody"), (token("a2"), "send a2"),
      ]),
    Row(
      "nor because one is about to end, before a body", canPrompt: true,
      [
        (refuse(nil, bearer, .push("team/app")), "credential"), (credential(stored), "token for me"),
        (noToken(refused(stored)), "token for nobody"), (token("a1"), "send a1"), (.pass(seconds: 201), ""),
        (ask(.body, .push("team/app")), "credential"), (credential(stored), "token for nobody"),
        (token("a2"), "send a2"),
      ]),
    Row(
      "what a person typed wrongly for one repository is not sent for another, whose stored login is refused there alone",
      canPrompt: true,
      [
        (refuse(), "credential"), (credential(stored), "token for me"),
        (noToken(refused(stored), status: 403), "token for nobody"), (token("a1"), "send a1"),
        (refuse(.bearer("a1")), "credential"), (credential(stored), "prompt"),
        (.hear(.prompted(typed)), "token for typed"), (noToken(refused(typed)), "fail: credentialsRefused"),
        (refuse(nil, bearer, other), "credential"), (credential(stored), "token for me"),
        (noToken(refused(stored), status: 403), "token for nobody"), (token("a2"), "send a2"),
        (refuse(.bearer("a2"), bearer, other), "credential"), (credential(stored), "fail: credentialsRefused"),
      ]),
    Row(
      "who has no login is asked for one where the token service wants it", canPrompt: true,
      [
        (refuse(), "credential"), (credential(nil), "token for nobody"), (noToken(wanted), "prompt"),
        (.hear(.prompted(typed)), "token for typed"), (token("t1"), "send t1"),
        (refuse(nil, bearer, other), "credential"), (credential(nil), "token for typed"),
      ]),
    Row(
      "who declines is told what was wanted", canPrompt: true,
      [
        (refuse(), "credential"), (credential(nil), "token for nobody"), (noToken(wanted), "prompt"),
        (.hear(.prompted(nil)), "fail: loginRequired"),
      ]),
    Row(
      "Harbor ignores a wrong login: it is not sent again, and a person is asked where the token is not enough",
      canPrompt: true,
      [
        (refuse(), "credential"), (credential(stored), "token for me"), (token("n1", isAnonymous: true), "send n1"),
        (refuse(nil, bearer, other), "credential"), (credential(stored), "token for nobody"),
        (token("n2", isAnonymous: true), "send n2"), (refuse(.bearer("n2"), bearer, other), "credential"),
        (credential(stored), "prompt"), (.hear(.prompted(typed)), "token for typed"), (token("t1"), "send t1"),
      ]),
    Row(
      "what the token service refuses by 403 may be refused for one repository alone",
      [
        (refuse(), "credential"), (credential(stored), "token for me"),
        (noToken(refused(stored), status: 403), "token for nobody"), (token("a1"), "send a1"),
        (refuse(nil, bearer, other), "credential"), (credential(stored), "token for me"),
      ]),
    Row(
      "a login that was accepted and is refused now is looked up once more: another one is used",
      signedIn(stored) + [
        (refuse(.bearer("t1")), "credential"), (credential(stored), "token for me"),
        (noToken(refused(stored)), "credential again"),
        (credential(login("new", .helper(name: "h", key: "registry.example"))), "token for new"),
        (token("t2"), "send t2"),
      ]),
    Row(
      "the same where the place has no other: it is asked no more",
      signedIn(stored) + [
        (refuse(.bearer("t1")), "credential"), (credential(stored), "token for me"),
        (noToken(refused(stored)), "credential again"), (credential(stored), "token for nobody"),
        (token("a1"), "send a1"),
        (refuse(nil, bearer, other), "credential"), (credential(stored), "token for nobody"),
      ]),
    Row(
      "T187: a refusal ends: the login is tried again after its time, and not before", refusalLifetime: .seconds(300),
      [
        (refuse(), "credential"), (credential(given), "token for me"),
        (noToken(refused(given)), "fail: credentialsRefused"), (.pass(seconds: 299), ""),
        (refuse(), "fail: credentialsRefused"), (refuse(nil, bearer, other), "credential"),
        (credential(given), "fail: credentialsRefused"), (.pass(seconds: 1), ""), (refuse(), "credential"),
        (credential(given), "token for me"), (token("t1"), "send t1"),
      ]),
    Row(
      "T187: so does an ignored login, and so does an anonymous token in place of a login",
      refusalLifetime: .seconds(300),
      [
        (refuse(), "credential"), (credential(stored), "token for me"), (token("n1", isAnonymous: true), "send n1"),
        (.pass(seconds: 300), ""), (refuse(.bearer("n1")), "credential"), (credential(stored), "token for me"),
        (noToken(refused(stored)), "token for nobody"), (token("a1"), "send a1"), (.pass(seconds: 301), ""),
        (refuse(.bearer("a1")), "credential"), (credential(stored), "token for me"),
      ]),
    Row(
      "a refused mount says nothing of a login that was accepted",
      signedIn(given, .push("team/app")) + [
        (ask(.mount, .push("team/app", mountsFrom: "other/base")), "credential"), (credential(given), "token for me"),
        (noToken(refused(given)), "fail: credentialsRefused"),
        (refuse(.bearer("t1"), bearer, .push("team/app")), "credential"),
        (credential(given), "token for me"), (token("t2"), "send t2"),
      ]),
    Row(
      "a refresh token that came with a token is used from then on (RFC 6749 §6)",
      [
        (refuse(), "credential"), (credential(refreshToken("r1")), "token for r1"),
        (token("t1", refreshToken: "r2"), "send t1"), (refuse(nil, bearer, other), "credential"),
        (credential(refreshToken("r1")), "token for r2"), (token("t2"), "send t2"),
        (refuse(nil, bearer, third), "credential"), (credential(refreshToken("r1")), "token for r2"),
      ]),
    Row(
      "a stored registry token is sent as it is, and once",
      [
        (refuse(), "credential"),
        (credential(FoundCredential(.registryToken("kept"), from: stored.origin)), "send kept"),
        (refuse(.bearer("kept")), "credential"),
        (credential(FoundCredential(.registryToken("kept"), from: stored.origin)), "token for nobody"),
      ]),
    Row(
      "Basic: the password goes to the registry, for a second repository before it is asked for",
      [
        (refuse(nil, basic), "credential"), (credential(given), "send password of me"),
        (ask(.request), "credential"), (credential(given), "send password of me"),
        (ask(.request, other), "credential"), (credential(given), "send password of me"),
      ]),
    Row(
      "Basic: a password that two repositories refuse is sent to no third",
      [
        (refuse(nil, basic), "credential"), (credential(given), "send password of me"),
        (refuse(.basic(username: "me", password: "canary"), basic), "credential"),
        (credential(given), "fail: credentialsRefused"), (ask(.request, other), "credential"),
        (credential(given), "send password of me"),
        (refuse(.basic(username: "me", password: "canary"), basic, other), "credential"),
        (credential(given), "fail: credentialsRefused"), (ask(.request, third), "credential"),
        (credential(given), "send nothing"), (refuse(nil, basic, third), "credential"),
        (credential(given), "fail: credentialsRefused"),
      ]),
    Row(
      "T359: Basic: a password that is refused for a repository is not sent again for it, until the refusal ends",
      refusalLifetime: .seconds(300),
      [
        (refuse(nil, basic), "credential"), (credential(given), "send password of me"),
        (refuse(.basic(username: "me", password: "canary"), basic), "credential"),
        (credential(given), "fail: credentialsRefused"), (ask(.request), "credential"),
        (credential(given), "send nothing"), (refuse(nil, basic), "fail: credentialsRefused"),
        (.pass(seconds: 300), ""), (ask(.request), "credential"), (credential(given), "send password of me"),
      ]),
    Row(
      "Basic: who has no login is told so, or asked", canPrompt: true,
      [
        (refuse(nil, basic), "credential"), (credential(nil), "prompt"),
        (.hear(.prompted(typed)), "send password of typed"),
        (refuse(.basic(username: "typed", password: "canary"), basic), "credential"),
        (credential(nil), "fail: credentialsRefused"),
      ]),
    Row(
      "a challenge that nobody knows is not answered",
      [
        (refuse(nil, Challenge.parse([#"Digest realm="r""#])), "fail: unknownChallenge"),
        (refuse(nil, []), "fail: unknownChallenge"),
      ]),
    Row(
      "403 to a stored login: an anonymous token is tried, and kept where it helps (ECR Public)",
      signedIn(stored) + [
        (ask(.forbidden(used: .bearer("t1"))), "credential"), (credential(stored), "token for nobody"),
        (token("a1"), "try a1"), (ask(.request), "send t1"), (.use(app), ""), (ask(.request), "send a1"),
        (ask(.forbidden(used: .bearer("a1"))), "send nothing"),
      ]),
    Row(
      "403 to a login that was given for this command is the answer",
      signedIn(given) + [
        (ask(.forbidden(used: .bearer("t1"))), "credential"), (credential(given), "send nothing"),
      ]),
    Row(
      "403, and the token service gives nothing to everybody: the registry's answer stands",
      signedIn(stored) + [
        (ask(.forbidden(used: .bearer("t1"))), "credential"), (credential(stored), "token for nobody"),
        (noToken(wanted), "send nothing"), (ask(.request), "send t1"),
      ]),
    Row(
      "Harbor's session: one sign-in for all repositories; a good session that is not enough is the end",
      usesSessions: true,
      [
        (ask(.request), "credential"), (ask(.request, other), "wait"), (credential(given), "session for me"),
        (.hear(.session(.success(.session(cookie: "s1")))), "send s1"), (.askAgain, "credential"),
        (credential(given), "send s1"), (refuse(.session(cookie: "s1"), bearer, other), "credential"),
        (credential(given), "check s1"), (.hear(.sessionCheck(.success(true))), "fail: accessDenied"),
      ]),
    Row(
      "Harbor's session: one that is over is opened once more", usesSessions: true,
      [
        (ask(.request), "credential"), (credential(given), "session for me"),
        (.hear(.session(.success(.session(cookie: "s1")))), "send s1"), (refuse(.session(cookie: "s1")), "credential"),
        (credential(given), "check s1"), (.hear(.sessionCheck(.success(false))), "session for me"),
        (.hear(.session(.success(.session(cookie: "s2")))), "send s2"),
      ]),
    Row(
      "Harbor's session: a wrong stored password is sent once, and public images come without it", usesSessions: true,
      [
        (ask(.request), "credential"), (credential(stored), "session for me"),
        (.hear(.session(.failure(AuthError(refused(stored))))), "send nothing"), (refuse(), "credential"),
        (credential(stored), "token for nobody"), (token("a1"), "send a1"), (ask(.request, other), "credential"),
        (credential(stored), "send nothing"),
      ]),
    Row(
      "Harbor's session: who has no login is asked, once an anonymous token is not enough", usesSessions: true,
      canPrompt: true,
      [
        (ask(.request), "credential"), (credential(nil), "send nothing"), (refuse(), "credential"),
        (credential(nil), "token for nobody"), (token("a1"), "send a1"), (refuse(.bearer("a1")), "credential"),
        (credential(nil), "prompt"), (.hear(.prompted(typed)), "session for typed"),
        (.hear(.session(.success(.session(cookie: "s1")))), "send s1"),
      ]),
  ]

  @Test("T187: what is done next, by what was heard", arguments: rows)
  func table(row: Row) {
    var state = State(
      registry: "registry.example", usesSessions: row.usesSessions, canPrompt: row.canPrompt,
      refusalLifetime: row.refusalLifetime)
    var now = Duration.zero
    var waiting: (question: State.Question, since: Int)?
    var fallback: State.AnonymousFallback?
    for (number, (event, expected)) in row.lines.enumerated() {
      let step: State.Step
      switch event {
      case .ask(let occasion, let scope):
        let question = State.Question(scope: scope, occasion: occasion)
        step = state.asked(question, at: now)
        if case .wait(let since) = step { waiting = (question, since) }
      case .askAgain:
        guard let waiting else {
          Issue.record("nobody waits in line \(number)")
          return
        }
        step = state.asked(waiting.question, since: waiting.since, at: now)
      case .hear(let answer): step = state.heard(answer, at: now)
      case .interrupt:
        state.interrupt()
        continue
      case .use(let scope):
        if let fallback { state.use(fallback, scope, at: now) }
        continue
      case .pass(let seconds):
        now += .seconds(seconds)
        continue
      }
      if case .tryAnonymously(let found) = step { fallback = found }
      #expect(Self.words(step) == expected, "line \(number)")
    }
  }

  @Test("T188: whatever happens, every conversation ends, one is led at a time, and no refused login is sent again")
  func anything() {
    for seed in UInt64(1)...400 {
      var random = SeededRandom(seed: seed)
      var state = State(
        registry: "registry.example", usesSessions: Bool.random(using: &random), canPrompt: Bool.random(using: &random))
      let scopes = [Self.app, Self.other, .push("team/app"), .push("team/app", mountsFrom: "team/other")]
      let logins = [Self.stored, Self.given, Self.refreshToken("r1"), nil]
      let login = logins.randomElement(using: &random) ?? nil
      var refused: Set<FoundCredential> = []
      var sent: Authorization?
      var now = Duration.zero
      for _ in 0..<60 {
        now += .seconds(Int.random(in: 0...100, using: &random))
        let occasions: [State.Occasion] = [
          .request, .body, .mount, .unauthorized(used: sent, Bool.random(using: &random) ? Self.bearer : Self.basic),
          .forbidden(used: sent),
        ]
        let question = State.Question(
          scope: scopes.randomElement(using: &random) ?? Self.app,
          occasion: occasions.randomElement(using: &random) ?? .request)
        var step = state.asked(question, at: now)
        var inquiries = 0
        while case .find(let inquiry) = step {
          inquiries += 1
          guard inquiries < 9 else {
            Issue.record("seed \(seed): a conversation without an end")
            return
          }
          if case .find = state.asked(
            State.Question(scope: Self.third, occasion: .unauthorized(used: nil, Self.bearer)), at: now)
          {
            Issue.record("seed \(seed): two conversations at a time")
          }
          let isRefused = Bool.random(using: &random)
          let answer: State.Answer
          switch inquiry {
          case .credential: answer = .credential(login)
          case .prompt: answer = .prompted(isRefused ? nil : Self.typed)
          case .token(_, let asked):
            if let asked, refused.contains(asked) { Issue.record("seed \(seed): a refused login is sent again") }
            if isRefused, let asked {
              refused.insert(asked)
              answer = .token(.failure(AuthError(Self.refused(asked))))
            } else if isRefused {
              answer = .token(.failure(AuthError(Self.wanted)))
            } else {
              answer = .token(
                .success(Self.made("t\(now)", 60, Bool.random(using: &random), asked.map { _ in "r\(now)" })))
            }
          case .session(let asked):
            if refused.contains(asked) { Issue.record("seed \(seed): a refused login is sent again") }
            if isRefused { refused.insert(asked) }
            answer = .session(
              isRefused ? .failure(AuthError(Self.refused(asked))) : .success(.session(cookie: "s\(now)")))
          case .sessionCheck: answer = .sessionCheck(.success(isRefused))
          }
          // A mount may be refused for the other repository.
          if isRefused, case .mount = question.occasion { refused = [] }
          step = state.heard(answer, at: now)
        }
        if case .send(let authorization) = step { sent = authorization }
        if case .wait = step { Issue.record("seed \(seed): waits for nobody") }
      }
    }
  }
}
