import NIOHTTP1

/// Makes header fields fit to be shown: the one place that decides what a log may say.
///
/// Only the values of fields that are known to hold no secret are shown. Any other field is named, since that it was
/// there may explain something, and its value is replaced.
enum HeaderRedactor {
  static let mask = RequestSecrets.mask
  /// How much of one value is shown, in bytes.
  static let valueLimit = 512
  static let fieldLimit = 64

  static func fields(_ headers: HTTPHeaders) -> [RequestRecord.Field] {
    headers.prefix(fieldLimit).map { name, value in
      let name = name.lowercased()
      return RequestRecord.Field(name: String(name.prefix(64)), value: shown(value, of: name))
    }
  }

  private static func shown(_ value: String, of name: String) -> String {
    guard value.utf8.count <= valueLimit else { return mask }
    if harmless.contains(name) { return value }
    switch name {
    case "location", "content-location", "referer": return address(value)
    case "link": return LinkHeader.parse([value]).map { "<\(address($0.target))>" }.joined(separator: ", ")
    case "www-authenticate", "proxy-authenticate":
      return Challenge.parse([value]).map(challenge).joined(separator: ", ")
    default: return mask
    }
  }

  /// An address without its query, which may hold a signature or a token, and without user information.
  private static func address(_ text: String) -> String {
    if let url = AbsoluteURL(parsing: text) { return url.redacted }
    guard text.hasPrefix("/"), !text.hasPrefix("//") else { return mask }
    // By bytes: to Swift a mark with an accent behind it is none.
    let path = Substring(text.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
    return path.utf8.count == text.utf8.count ? text : "\(path)?\(mask)"
  }

  private static func challenge(_ challenge: Challenge) -> String {
    let parameters = ["realm", "service", "scope", "error"].compactMap { name -> String? in
      guard let value = challenge.parameters[name] else { return nil }
      let isAddress = name == "realm" && challenge.scheme == "bearer"
      return "\(name)=\"\(isAddress ? address(value) : value)\""
    }
    return ([challenge.scheme] + [parameters.joined(separator: ",")].filter { !$0.isEmpty }).joined(separator: " ")
  }

  private static let harmless: Set<String> = [
    "accept", "accept-encoding", "accept-ranges", "age", "allow", "cache-control", "connection", "content-encoding",
    "content-length", "content-range", "content-type", "date", "docker-content-digest",
    "docker-distribution-api-version", "docker-ratelimit-source", "etag", "expires", "host", "if-none-match",
    "keep-alive", "last-modified", "oci-filters-applied", "oci-subject", "range", "ratelimit-limit",
    "ratelimit-remaining", "retry-after", "server", "strict-transport-security", "transfer-encoding", "user-agent",
    "vary", "via", "warning", "x-cache", "x-content-type-options", "x-ratelimit-limit", "x-ratelimit-remaining",
    "x-ratelimit-reset", "x-request-id", "x-total-count",
  ]
}
