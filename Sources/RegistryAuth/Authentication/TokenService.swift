import HTTPAccess
import ImageModel
import NIOHTTP1

/// Asks a realm for tokens, and never asks one that must not have the question.
struct TokenService: Sendable {
  let registry: HTTPOrigin
  let transport: any HTTPTransport
  let resolver: any AddressResolver
  private let trustedRealmHosts: Set<String>
  /// The one to ask, whatever a challenge names.
  private let realmOverride: AbsoluteURL?
  let silentRealms: SilentRealms
  let now: @Sendable () -> Int64

  /// - Throws: ``AuthError`` where the address of a token service in `settings` is none.
  init(
    registry: HTTPOrigin, transport: any HTTPTransport, resolver: any AddressResolver, settings: LoginSettings,
    silentRealms: SilentRealms, now: @escaping @Sendable () -> Int64
  ) throws(AuthError) {
    self.registry = registry
    self.transport = transport
    self.resolver = resolver
    self.silentRealms = silentRealms
    self.now = now
    trustedRealmHosts = settings.trustedRealmHosts
    realmOverride = settings.realm.flatMap { AbsoluteURL(parsing: $0) }
    if let realm = settings.realm, realmOverride == nil { throw AuthError(.realmRefused(realm: realm, .malformed)) }
  }

  struct Token: Sendable {
    let authorization: Authorization
    /// Seconds from now.
    let lifetime: Int64
    /// Whether it says that it is for nobody in particular. Only Harbor is known to mean it.
    let isAnonymous: Bool
    /// What to ask with from now on, in place of the refresh token that was sent.
    let refreshToken: String?
  }

  /// Where the realm does not answer, is no token service, or may not be asked (Harbor's), the registry's own host is, which
  /// the user named and which may have the password: at the realm's path, and where nobody answers at the realm that `/v2/`
  /// names.
  ///
  /// - Throws: ``AuthError``: `realmRefused` before any request to the realm, `credentialsRefused`,
  ///   `realmUnreachable`, `malformedToken`, or what befell the request.
  func token(
    _ challenge: BearerChallenge, scope: TokenScope?, credential: FoundCredential?
  ) async throws -> Token {
    let realm = try realm(of: challenge)
    if let credential, isRefresh(credential), challenge.service == Self.harbor {
      throw AuthError(.credentialsRefused(host: realm.origin.description, origin: credential.origin))
    }
    do {
      return try await askPermitted(realm, challenge: challenge, scope: scope, credential: credential)
    } catch let error as AuthError {
      // One that has answered before is tried again, like any request.
      guard realm.origin != registry, !(error.isTransient && silentRealms.hasAnswered(realm)),
        error.isUnreachable || isBesideRegistry(realm, error)
          || error.isRealmRefusal && challenge.service == Self.harbor
      else { throw error }
      return try await askRegistryInstead(
        of: realm, after: error, challenge: challenge, scope: scope, credential: credential)
    }
  }

  private func askPermitted(
    _ realm: AbsoluteURL, challenge: BearerChallenge, scope: TokenScope?, credential: FoundCredential?
  ) async throws -> Token {
    if let failure = silentRealms.failure(of: realm) { throw outcome(of: failure, at: realm) }
    do {
      let pin = try await permission(for: realm, carriesCredential: credential != nil)
      return try await ask(realm, pinned: pin, challenge: challenge, scope: scope, credential: credential)
    } catch let error as AuthError {
      throw silentRealms.note(error, of: realm) ? outcome(of: error, at: realm) : error
    }
  }

  /// Nobody stands in for the registry's own host, and another try would cost the time once more.
  private func outcome(of silence: AuthError, at realm: AbsoluteURL) -> AuthError {
    realm.origin == registry ? unreachable(realm, silence) : silence
  }

  /// The same failure, as one of the token service, where nothing answered there.
  private func unreachable(_ realm: AbsoluteURL, _ error: AuthError) -> AuthError {
    guard let failure = error.reason.network, failure.isUnreachable else { return error }
    return AuthError(.realmUnreachable(realm: realm.redacted, failure), request: error.request)
  }

  private func realm(of challenge: BearerChallenge) throws -> AbsoluteURL {
    if let override = realmOverride { return override }
    guard let realm = AbsoluteURL(parsing: challenge.realm) else {
      throw AuthError(.realmRefused(realm: String(challenge.realm.prefix(256)), .malformed))
    }
    return realm
  }

  /// Where the realm may be asked at: nil for the registry's own origin, else the address that was checked.
  private func permission(for realm: AbsoluteURL, carriesCredential: Bool) async throws -> IPAddress? {
    guard realm.origin != registry, realmOverride == nil else { return nil }
    let policy = RealmPolicy(registry: registry, trustedHosts: trustedRealmHosts)
    if let refusal = policy.refusalWithoutAddresses(realm: realm.origin) { throw refused(realm, refusal) }
    if transport.isProxied(realm.origin) {
      return try pin(of: policy.decision(behindProxy: realm.origin), realm, carriesCredential: carriesCredential)
    }
    let realmAddresses = try await AuthError.wrapping { try await resolver.addresses(of: realm.origin) }
    let registryAddresses = (try? await resolver.addresses(of: registry)) ?? []
    let decision = policy.decision(
      realm: realm.origin, registryAddresses: registryAddresses, realmAddresses: realmAddresses)
    return try pin(of: decision, realm, carriesCredential: carriesCredential)
  }

  private func pin(
    of decision: RealmPolicy.Decision, _ realm: AbsoluteURL, carriesCredential: Bool
  ) throws -> IPAddress? {
    switch decision {
    case .sendCredentials(let pin): return pin
    case .anonymousOnly(let pin):
      guard carriesCredential else { return pin }
      throw refused(realm, .untrustedHost(host: realm.origin.host))
    case .refused(let reason): throw refused(realm, reason)
    }
  }

  private func refused(_ realm: AbsoluteURL, _ reason: RealmRefusal) -> AuthError {
    AuthError(.realmRefused(realm: realm.redacted, reason))
  }

  /// Whether another server of the registry's host answers at the realm, and knows nothing of tokens: a Nexus behind a
  /// proxy may leave its port out of the realm.
  private func isBesideRegistry(_ realm: AbsoluteURL, _ error: AuthError) -> Bool {
    guard realm.origin.host == registry.host else { return false }
    return switch error.reason {
    case .network(.unexpectedStatus(status: 404)), .network(.webPage): true
    default: false
    }
  }

  /// Many a Harbor announces an address that only its own network knows, or one with another name or scheme than the
  /// user's: the same path on the host that the user named is worth one try, since that host may have the password anyway,
  /// and the realm does not get it. Some mirrors announce their own token
  /// service at `/v2/` only, and everywhere else that of the registry behind them: that is worth another.
  private func askRegistryInstead(
    of realm: AbsoluteURL, after error: AuthError, challenge: BearerChallenge, scope: TokenScope?,
    credential: FoundCredential?
  ) async throws -> Token {
    let unreachable = unreachable(realm, error)
    guard let own = AbsoluteURL(origin: registry, target: realm.target) else { throw unreachable }
    do {
      if let failure = silentRealms.failure(of: own) { throw failure }
      return try await ask(own, pinned: nil, challenge: challenge, scope: scope, credential: credential)
    } catch let second as AuthError {
      silentRealms.note(second, of: own)
      switch second.reason {
      case .credentialsRefused: throw second
      // Harbor's token service has one path. Elsewhere a 401 may be what the registry answers to any path.
      case .loginRequired where challenge.service == Self.harbor || isBesideRegistry(realm, error): throw second
      default: break
      }
    }
    guard !error.isRealmRefusal, let general = try await challengeOfRegistry(),
      let other = AbsoluteURL(parsing: general.realm),
      other != realm, other != own
    else { throw unreachable }
    do {
      return try await askPermitted(other, challenge: general, scope: scope, credential: credential)
    } catch let third as AuthError {
      throw third.isUnreachable ? unreachable : third
    }
  }

  /// What the registry asks for at `/v2/`; nil where it does not say.
  private func challengeOfRegistry() async throws -> BearerChallenge? {
    guard let url = AbsoluteURL(origin: registry, target: "/v2/") else { return nil }
    let request = TransportRequest(.GET, url)
    do {
      let body = BodyCollector(limit: TokenResponse.bodyLimit, overflow: .truncate)
      let response = try await AuthError.wrapping {
        try await transport.send(request, to: AnswerSorter(success: [200], receiver: body))
      }
      return Challenge.parse(response.headers["www-authenticate"]).lazy.compactMap(BearerChallenge.init).first
    } catch is AuthError {
      return nil
    }
  }

  private func ask(
    _ realm: AbsoluteURL, pinned: IPAddress?, challenge: BearerChallenge, scope: TokenScope?,
    credential: FoundCredential?
  ) async throws -> Token {
    var request = request(realm, challenge: challenge, scope: scope, credential: credential)
    request.pinnedAddress = pinned
    request.provesLogin = credential != nil
    let collector = BodyCollector(limit: TokenResponse.bodyLimit)
    let sorter = AnswerSorter(success: [200], receiver: collector)
    let response = try await AuthError.wrapping { try await transport.send(request, to: sorter) }
    silentRealms.noteAnswer(of: realm)
    switch response.status {
    case 200: break
    // A mirror's list of images: no login changes that.
    case 403 where credential == nil && !sorter.errorCodes.contains(where: Self.asksForLogin):
      throw sorter.failure(.network(.forbidden(status: 403)), request)
    case let status where [401, 403].contains(status) || isRefresh(credential) && (400...405).contains(status):
      if let credential {
        throw sorter.failure(.credentialsRefused(host: realm.origin.description, origin: credential.origin), request)
      }
      throw sorter.failure(.loginRequired(host: registry.description), request)
    case 300..<400: throw refused(realm, .redirect)
    default: throw sorter.failure(.unsuccessful(response, host: realm.origin, now: now()), request)
    }
    do {
      let answer = try TokenResponse(parsing: collector.body)
      return Token(
        authorization: .bearer(answer.token), lifetime: answer.lifetime,
        isAnonymous: challenge.service == Self.harbor && TokenSubject.isAnonymous(answer.token),
        refreshToken: answer.refreshToken)
    } catch {
      let reason: AuthFailure =
        collector.body.looksLikeHTML
        ? .network(.webPage(host: realm.origin.description))
        : .malformedToken(host: realm.origin.description, error.fault)
      throw AuthError(reason, request: request.summary)
    }
  }
}

extension TokenService {
  /// Harbor's token service. It takes no POST.
  static let harbor = "harbor-registry"

  /// Whether the code (distribution-spec "Error Codes") says that a login may help.
  private static func asksForLogin(_ code: String) -> Bool { ["DENIED", "UNAUTHORIZED"].contains(code) }

  private func isRefresh(_ credential: FoundCredential?) -> Bool {
    if case .identityToken = credential?.credential { true } else { false }
  }

  private func request(
    _ realm: AbsoluteURL, challenge: BearerChallenge, scope: TokenScope?, credential: FoundCredential?
  ) -> TransportRequest {
    var items: [(String, String)] = []
    if let service = challenge.service { items.append(("service", service)) }
    for text in scope?.texts ?? [] { items.append(("scope", text)) }
    var headers: HTTPHeaders = ["accept": "application/json", "accept-encoding": "identity"]
    switch credential?.credential {
    case .password(let username, let password):
      Authorization.basic(username: username, password: password).apply(to: &headers)
    case .identityToken(let token):
      return refresh(realm, token: token, items: items, headers: headers)
    case .registryToken, nil: break
    }
    return TransportRequest(.GET, realm.appending(query: items), headers: headers)
  }

  /// An access token for a refresh token (distribution "Oauth2 Token Authentication").
  private func refresh(
    _ realm: AbsoluteURL, token: String, items: [(String, String)], headers: HTTPHeaders
  ) -> TransportRequest {
    let form = [("grant_type", "refresh_token")] + items + [("client_id", "dray"), ("refresh_token", token)]
    var headers = headers
    headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
    return TransportRequest(.POST, realm, headers: headers, body: .bytes(Array(FormEncoding.encode(form).utf8)))
  }
}

extension BearerChallenge {
  /// Whether it is a Harbor's: the name of its token service is fixed.
  package var isHarbor: Bool { service == TokenService.harbor }

  /// Whether it is a Quay's: its token service is the path `/v2/auth` of the host that it names as its service.
  package var isQuay: Bool {
    guard let service, !service.isEmpty else { return false }
    return ["https", "http"].contains { realm == "\($0)://\(service)/v2/auth" }
  }
}

extension AuthError {
  /// Whether a realm may not be asked, or sends elsewhere.
  fileprivate var isRealmRefusal: Bool {
    if case .realmRefused = reason { true } else { false }
  }
}
