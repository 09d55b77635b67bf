import FoundationEssentials

/// What was recorded, by the place that answers.
extension RecordedHarbor {
  // MARK: /v2/

  func registry(_ request: RecordedRequest, realm: String) -> Reply {
    let path = request.path.dropFirst("/v2/".count)
    guard !path.isEmpty else { return base(request, realm: realm) }
    let kinds = ["/manifests/", "/blobs/", "/tags/"]
    guard let range = kinds.lazy.compactMap({ path.firstRange(of: $0) }).first else {
      return Self.apiError(404, "NOT_FOUND", "path \(request.path) was not found")
    }
    let repository = String(path[..<range.lowerBound])
    let project = Self.project(of: repository)
    guard request.header("authorization") != nil else {
      return Self.unauthorized(
        "authorize header needed to send HEAD to repository",
        challenge: Self.challenge(realm) + #",scope="repository:\#(repository):pull""#)
    }
    guard isThere(project) else { return Self.unauthorized("project \(project) not found", challenge: "") }
    let isLetIn =
      mayPull(caller(request), from: project) && caller(request) != .nobody
      || request.bearerToken.map { Self.mayPull(token: $0, from: repository) } ?? false
    guard isLetIn else {
      return Self.unauthorized(
        "unauthorized to access repository: \(repository), action: pull", challenge: Self.basicChallenge)
    }
    guard let image = images[repository] else {
      return Self.apiError(404, "NOT_FOUND", "repository \(repository) not found")
    }
    let rest = String(path[range.upperBound...])
    switch path[range] {
    case "/tags/":
      return Self.reply(200, "application/json; charset=utf-8", #"{"name":"\#(repository)","tags":["1"]}"# + "\n")
    case "/manifests/":
      guard ["1", image.manifest.digest].contains(rest) else {
        return Self.apiError(404, "NOT_FOUND", "artifact \(repository):\(rest) not found")
      }
      return Self.dressed(.manifest(image.manifest))
    default:
      guard let blob = image.blobs.first(where: { $0.digest == rest }) else {
        return Self.apiError(404, "BLOB_UNKNOWN", "blob unknown to registry")
      }
      return Self.dressed(.blob(blob.body, for: request))
    }
  }

  private func base(_ request: RecordedRequest, realm: String) -> Reply {
    // A token that came without a scope lets in here.
    if caller(request).name != nil || request.bearerToken.map(Self.namesSomebody) == true {
      return Self.reply(200, "application/json; charset=utf-8", "{}")
    }
    let isStranger = request.header("authorization") == nil
    return Self.unauthorized("unauthorized", challenge: isStranger ? Self.challenge(realm) : Self.basicChallenge)
  }

  private static func challenge(_ realm: String) -> String { #"Bearer realm="\#(realm)",service="harbor-registry""# }

  /// Also what a token without rights gets, and one that is none.
  private static let basicChallenge = #"Basic realm="harbor""#

  private static func unauthorized(_ words: String, challenge: String) -> Reply {
    // Harbor says everything twice here.
    apiError(401, "UNAUTHORIZED", "\(words): \(words)").with {
      $0.headers.insert(("Docker-Distribution-Api-Version", "registry/2.0"), at: 2)
      $0.headers.append(("Www-Authenticate", challenge))
    }
  }

  // MARK: /service/token

  /// A wrong password, a robot that is switched off or has expired: 200, and the token of nobody in particular.
  func token(_ request: RecordedRequest) -> Reply {
    let caller = caller(request)
    let scopes = request.queryValues("scope")
    if scopes.isEmpty, caller.name == nil {
      // Of a wrong password this is not recorded; Harbor's source has one way for both.
      return Reply(401, headers: Self.headers)
    }
    let access = scopes.map { scope in
      let parts = scope.split(separator: ":").map(String.init)
      let repository = parts.count > 1 ? parts[1] : ""
      let actions = mayPull(caller, from: Self.project(of: repository)) ? #"["pull"]"# : "[]"
      return #"{"type":"repository","name":"\#(repository)","actions":\#(actions)}"#
    }
    let token = Self.token(of: caller.name, access: scopes.isEmpty ? nil : access, number: request.index)
    return Self.reply(
      200, "application/json; charset=utf-8",
      #"{"token":"\#(token)","access_token":"","expires_in":1800,"issued_at":"2026-11-29T16:40:36Z"}"#)
  }

  /// A token as Harbor makes it: of nobody in particular it has no subject at all.
  ///
  /// - Parameter access: entries for what was asked for; nil where nothing was.
  public static func token(of subject: String?, access: [String]?, number: Int = 0) -> String {
    let payload =
      #"{"iss":"harbor-token-issuer",\#(subject.map { #""sub":"\#($0)","# } ?? "")"#
      + #""aud":"harbor-registry","exp":1795972236,"nbf":1795970436,"iat":1795970436,"#
      + #""jti":"qVP6HSzmHuTUeHV\#(number)","access":\#(access.map { "[\($0.joined(separator: ","))]" } ?? "null")}"#
    return [#"{"alg":"RS256","typ":"JWT"}"#, payload, "signature"].map { part in
      Data(part.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }.joined(separator: ".")
  }

  // MARK: /api/v2.0

  func api(_ request: RecordedRequest) -> Reply {
    let caller = caller(request)
    let parts = request.path.split(separator: "/").dropFirst(2).map(String.init)
    switch parts.count {
    case 2 where parts == ["users", "current"]: return currentUser(caller)
    case 1 where parts[0] == "projects":
      return Self.list(
        projects.keys.sorted().filter { mayPull(caller, from: $0) }.enumerated().map { number, name in
          #"{"creation_time":"2026-11-29T16:29:06.933Z","current_user_role_ids":null,"metadata":{"public":"\#(projects[name] == .some(nil))"},"name":"\#(name)","owner_id":1,"owner_name":"admin","project_id":\#(number + 1),"repo_count":\#(repositories(of: name).count),"update_time":"2026-11-29T16:29:06.933Z"}"#
        })
    case 3... where parts[0] == "projects" && parts[2] == "repositories":
      return repositories(parts[1], Array(parts[3...]), caller, request)
    default: return Self.apiError(404, "NOT_FOUND", "path \(request.path) was not found")
    }
  }

  private func currentUser(_ caller: Caller) -> Reply {
    switch caller {
    case .user(let name):
      Self.reply(
        200, "application/json",
        #"{"admin_role_in_auth":false,"creation_time":"2026-11-29T16:29:03.874Z","email":"\#(name)@example.com","realname":"\#(name)","sysadmin_flag":false,"update_time":"2026-11-29T16:29:03.874Z","user_id":3,"username":"\#(name)"}"#
          + "\n")
    case .robot:
      Self.apiError(412, "PRECONDITION", "get current user not available for security context: robot")
    case .nobody, .wrong: Self.apiError(401, "UNAUTHORIZED", "unauthorized")
    }
  }

  private func repositories(of project: String) -> [String] {
    images.keys.filter { Self.project(of: $0) == project }.sorted()
  }

  private func repositories(
    _ project: String, _ rest: [String], _ caller: Caller, _ request: RecordedRequest
  ) -> Reply {
    var mayList = mayPull(caller, from: project)
    // A robot that may pull may not list, unless everybody may.
    if case .robot = caller { mayList = projects[project] == .some(nil) }
    guard mayList else {
      return caller.name == nil
        ? Self.apiError(401, "UNAUTHORIZED", "unauthorized") : Self.apiError(403, "FORBIDDEN", "forbidden")
    }
    func entry(_ name: String) -> String {
      #"{"artifact_count":1,"creation_time":"2026-11-29T16:36:10.050Z","id":6,"name":"\#(name)","project_id":7,"update_time":"2026-11-29T16:38:32.336Z"}"#
    }
    guard let encoded = rest.first else { return Self.list(repositories(of: project).map(entry)) }
    let name = "\(project)/\(encoded.replacing("%252F", with: "/"))"
    let image = images[name]
    if rest.count == 1 {
      return image == nil
        ? Self.apiError(404, "NOT_FOUND", "repository \(name) not found")
        : Self.reply(200, "application/json", entry(name) + "\n")
    }
    guard rest.count == 2, rest[1] == "artifacts" else {
      return Self.apiError(404, "NOT_FOUND", "path \(request.path) was not found")
    }
    // Of a repository that is not there, too.
    guard let image else { return Self.list([]) }
    return Self.list([
      #"{"accessories":null,"digest":"\#(image.manifest.digest)","id":6,"labels":null,"push_time":"2026-11-29T16:36:10.099Z","repository_name":"\#(name)","size":738,"tags":[{"artifact_id":6,"id":6,"immutable":false,"name":"1","pull_time":"0001-01-01T00:00:00.000Z","push_time":"2026-11-29T16:36:10.099Z","repository_id":6}],"type":"IMAGE"}"#
    ])
  }

  private static func list(_ entries: [String]) -> Reply {
    reply(200, "application/json", "[\(entries.joined(separator: ","))]\n").with {
      $0.headers.append(("X-Total-Count", "\(entries.count)"))
    }
  }

  // MARK: /c/login

  /// The page is not there, and hands out what a sign-in needs.
  static let loginPage = reply(404, "text/html; charset=utf-8", "<!DOCTYPE HTML>\n<html>\n<head>\n</head>\n</html>\n")
    .with {
      $0.headers.insert(
        (
          "Set-Cookie",
          "_gorilla_csrf=g1; Path=/; Expires=Mon, 30 Nov 2026 04:40:48 GMT; Max-Age=43200; HttpOnly; SameSite=Strict"
        ),
        at: 0)
      $0.headers += [("Vary", "Cookie"), ("X-Harbor-Csrf-Token", "anti-forgery")]
    }

  /// Robots are refused like a wrong password.
  func signIn(_ request: RecordedRequest) -> Reply {
    guard request.header("x-harbor-csrf-token") == "anti-forgery", request.cookie("_gorilla_csrf") == "g1" else {
      return Self.apiError(403, "FORBIDDEN", "CSRF token not found in request")
    }
    let form = request.form
    let caller = caller(name: form.values("principal").first ?? "", password: form.values("password").first ?? "")
    guard case .user(let name) = caller else {
      return Reply(
        401, headers: [("Server", "nginx"), ("Vary", "Cookie"), ("X-Harbor-Csrf-Token", "anti-forgery-2")])
    }
    return Reply(
      headers: [
        ("Server", "nginx"), ("Set-Cookie", "sid=session-of-\(name); Path=/; HttpOnly"), ("Vary", "Cookie"),
        ("X-Harbor-Csrf-Token", "anti-forgery-2"), ("X-Request-Id", Self.requestID),
      ])
  }

  // MARK: What all have in common

  private static let requestID = "c94b86e1-c4bd-4371-84f9-91c6046bdbd7"

  private static let headers: HeaderFields = [
    ("Server", "nginx"), ("Connection", "keep-alive"), ("Set-Cookie", "sid=26c1f0a2b7; Path=/; HttpOnly"),
    ("X-Request-Id", requestID),
  ]

  private static let success: HeaderFields = [
    ("X-Frame-Options", "DENY"), ("Content-Security-Policy", "frame-ancestors 'none'"),
  ]

  private static func reply(_ status: Int, _ type: String, _ text: String) -> Reply {
    Reply(
      status, headers: [("Content-Type", type)] + headers + (status == 200 ? success : []), text: text)
  }

  private static func dressed(_ reply: Reply) -> Reply { reply.with { $0.headers += headers + success } }

  private static func apiError(_ status: Int, _ code: String, _ message: String) -> Reply {
    reply(
      status, "application/json; charset=utf-8", #"{"errors":[{"code":"\#(code)","message":"\#(message)"}]}"# + "\n")
  }
}
