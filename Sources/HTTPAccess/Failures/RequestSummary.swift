/// A request as it may be shown: the method and the address without its query.
public struct RequestSummary: Sendable, Hashable, CustomStringConvertible {
  public let method: String
  /// Scheme, host, port and path; a query is shown as `?…`.
  public let address: String

  public var description: String { "\(method) \(address)" }
}

/// A failure in the server's own words. They are foreign text: escape them before they are shown.
public struct ServerAnswer: Sendable, Hashable {
  public let status: Int
  /// Code and message of each entry of the distribution-spec's `errors`, or the beginning of another body.
  public let words: [String]
  /// The `X-Request-Id` of the answer, for the registry's administrator.
  public let requestID: String?

  /// What the registry allows, where it says so.
  public let rateLimit: RateLimit?

  /// Whether the request carried a login. It is told of answers about limits and of token services' answers.
  public let requestProvedLogin: Bool

  package init(
    status: Int, words: [String], requestID: String?, rateLimit: RateLimit? = nil, requestProvedLogin: Bool = false
  ) {
    self.requestProvedLogin = requestProvedLogin
    self.status = status
    self.words = words
    self.requestID = requestID
    self.rateLimit = rateLimit
  }
}
