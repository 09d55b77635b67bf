import HTTPAccess
import ImageModel
import NIOHTTP1

/// Harbor's sign-in of its web page: the way in where the token service that Harbor announces cannot be reached.
struct HarborSession: Sendable {
  static let bodyLimit = 64 << 10

  let registry: HTTPOrigin
  let transport: any HTTPTransport
  let now: @Sendable () -> Int64

  /// GET `/c/login` for the anti-forgery token and cookies, then POST the name and the password to it. That the page itself
  /// is not there (404) does not matter.
  ///
  /// - Throws: ``AuthError``: `credentialsRefused`, `noSessionForRobots`, `malformedToken` where this is no Harbor, or
  ///   what befell a request.
  func logIn(_ credential: FoundCredential) async throws -> Authorization {
    guard case .password(let username, let password) = credential.credential,
      let url = AbsoluteURL(origin: registry, target: "/c/login")
    else { throw AuthError(.credentialsRefused(host: registry.description, origin: credential.origin)) }
    // Harbor takes no `$` in a user's name, and has one in every robot's unless its administrator chose another prefix.
    guard !username.contains("$") else {
      throw AuthError(.noSessionForRobots(host: registry.description, origin: credential.origin))
    }

    let page = try await send(TransportRequest(.GET, url)).response
    guard let antiForgeryToken = page.headers.first(name: "x-harbor-csrf-token") else {
      throw AuthError(
        .malformedToken(host: registry.description, .noAntiForgeryToken))
    }
    var cookies = CookieJar()
    cookies.store(page.headers)

    let form = FormEncoding.encode([("principal", username), ("password", password)])
    let headers: HTTPHeaders = [
      "content-type": "application/x-www-form-urlencoded",
      "x-harbor-csrf-token": antiForgeryToken, "cookie": cookies.header, "referer": url.description,
    ]
    let request = TransportRequest(.POST, url, headers: headers, body: .bytes(Array(form.utf8)))
    let (answer, sorter) = try await send(request)
    switch answer.status {
    case 200: break
    case 401:
      throw sorter.failure(.credentialsRefused(host: registry.description, origin: credential.origin), request)
    default: throw sorter.failure(.unsuccessful(answer, host: registry, now: now()), request)
    }
    cookies.store(answer.headers)
    guard cookies.values["sid"] != nil else {
      throw AuthError(.malformedToken(host: registry.description, .noSession))
    }
    return .session(cookie: cookies.header)
  }

  /// Whether Harbor still knows whose session this is.
  ///
  /// - Throws: ``AuthError`` where it does not say.
  func isAlive(_ session: Authorization) async throws -> Bool {
    guard case .session(let cookie) = session,
      let url = AbsoluteURL(origin: registry, target: "/api/v2.0/users/current")
    else { return false }
    let request = TransportRequest(.GET, url, headers: ["cookie": cookie])
    let (answer, sorter) = try await send(request)
    switch answer.status {
    case 200: return true
    case 401: return false
    default: throw sorter.failure(.unsuccessful(answer, host: registry, now: now()), request)
    }
  }

  private func send(_ request: TransportRequest) async throws -> (response: TransportResponse, sorter: AnswerSorter) {
    let sorter = AnswerSorter(success: [200], receiver: BodyCollector(limit: Self.bodyLimit, overflow: .truncate))
    return (try await AuthError.wrapping { try await transport.send(request, to: sorter) }, sorter)
  }
}

/// The cookies of one session with one origin (RFC 6265 §5): name and value are all that is needed for it.
struct CookieJar: Sendable {
  private(set) var values: [String: String] = [:]

  mutating func store(_ headers: HTTPHeaders) {
    for line in headers["set-cookie"] {
      let pair = line.prefix { $0 != ";" }
      guard let equals = pair.firstIndex(of: "="), values.count < 32 else { continue }
      let name = pair[..<equals].drop { $0 == " " }
      let value = pair[pair.index(after: equals)...]
      guard !name.isEmpty, (name + value).utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else { continue }
      values[String(name)] = String(value)
    }
  }

  var header: String {
    values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
  }
}

/// `application/x-www-form-urlencoded` (WHATWG URL §5).
enum FormEncoding {
  static func encode(_ items: [(String, String)]) -> String {
    items.map { "\(encode($0.0))=\(encode($0.1))" }.joined(separator: "&")
  }

  private static func encode(_ text: String) -> String {
    PercentEncoding.encoded(text) { $0.isLetterOrDigit || "-_.*".utf8.contains($0) }
  }
}
