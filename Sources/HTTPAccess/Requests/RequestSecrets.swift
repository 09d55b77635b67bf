import NIOHTTP1

/// What proves who asks in a request: none of it may be shown, also where a server's words repeat it. Storage does so
/// with the signature that it does not accept, and many a debug page with the headers that it was sent.
struct RequestSecrets: Sendable {
  /// What stands in a secret's place.
  static let mask = "…"
  /// Shorter ones prove nothing, and stand in words by chance.
  static let shortest = 6

  /// The longest first, so that one within another leaves nothing of it.
  private let texts: [String]

  init(_ request: TransportRequest) {
    var texts: Set<String> = []
    for field in request.headers where Self.fields.contains(field.name.lowercased()) {
      texts.formUnion(Self.parts(of: field.value))
    }
    texts.formUnion(Self.values(of: request.url.query ?? ""))
    if case .bytes(let body) = request.body, request.isForm {
      texts.formUnion(Self.values(of: Substring(String(decoding: body, as: UTF8.self))))
    }
    self.texts = texts.filter { $0.utf8.count >= Self.shortest }.sorted { ($1.utf8.count, $1) < ($0.utf8.count, $0) }
  }

  private static let fields: Set<String> = ["authorization", "cookie", "proxy-authorization", "x-harbor-csrf-token"]

  /// Names of a query or a form that say what is asked for, and not who asks: a server's words may well have them.
  private static let harmless: Set<String> = [
    "account", "client_id", "grant_type", "last", "n", "ns", "page", "page_size", "principal", "q", "scope", "service",
  ]

  /// A header's value whole, behind its scheme, by cookies, and what Basic credentials are made of.
  private static func parts(of value: String) -> [String] {
    var parts = [value] + value.split { " ;,".contains($0) }.map(String.init)
    parts += value.split { " ;".contains($0) }.compactMap { cookie in
      cookie.firstIndex(of: "=").map { String(cookie[cookie.index(after: $0)...]) }
    }
    if value.lowercased().hasPrefix("basic "), let login = Base64.decode(String(value.dropFirst(6))) {
      let login = String(decoding: login, as: UTF8.self)
      parts.append(login)
      if let colon = login.firstIndex(of: ":") { parts.append(String(login[login.index(after: colon)...])) }
    }
    return parts
  }

  /// As they were sent, and decoded.
  private static func values(of query: Substring) -> [String] {
    PercentEncoding.items(of: query).flatMap { item -> [String] in
      guard let value = item.value, !harmless.contains(PercentEncoding.decoded(item.name).lowercased()) else {
        return []
      }
      return [String(value), PercentEncoding.decoded(value)]
    }
  }

  /// The text without them.
  func masked(_ text: String) -> String {
    // Not by characters: an accent at a secret's front belongs to the blank before it then, and the secret is not found.
    String(
      texts.reduce(text.unicodeScalars) {
        $0.replacing($1.unicodeScalars, with: Self.mask.unicodeScalars)
      })
  }

  /// The same for a body. What is cut off from it afterwards ends within no secret.
  func masked(_ body: [UInt8]) -> [UInt8] {
    guard !texts.isEmpty else { return body }
    let text = String(decoding: body, as: UTF8.self)
    let masked = masked(text)
    return masked == text ? body : Array(masked.utf8)
  }
}

extension TransportRequest {
  /// Other bodies are manifests and blobs, which are no secrets, and large.
  fileprivate var isForm: Bool {
    headers.first(name: "content-type")?.lowercased().hasPrefix("application/x-www-form-urlencoded") ?? false
  }
}
