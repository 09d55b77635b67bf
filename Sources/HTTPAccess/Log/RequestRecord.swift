import NIOHTTP1

/// A request that went over the wire and how it ended, as it may be shown: no query, no password, no token.
public struct RequestRecord: Sendable {
  public let request: RequestSummary
  /// Whom it was sent to: scheme, host and port.
  public let host: String
  /// The status of the answer; nil where none came.
  public let status: Int?
  /// Bytes of the answer's body that came.
  public let bytes: Int64
  /// From the request to the end of its answer.
  public let elapsed: Duration
  /// Why it has no answer, or not all of it; nil where it has.
  public let end: End?
  /// What the answer says about the pulls that are left.
  package let rateLimit: RateLimit?
  /// Header fields in their order, with every value that could be a secret replaced.
  public let requestFields: [Field]
  public let answerFields: [Field]

  package init(
    request: RequestSummary, host: String, status: Int?, bytes: Int64, elapsed: Duration, end: End?,
    rateLimit: RateLimit? = nil, requestFields: [Field] = [], answerFields: [Field] = []
  ) {
    self.request = request
    self.host = host
    self.status = status
    self.bytes = bytes
    self.elapsed = elapsed
    self.end = end
    self.rateLimit = rateLimit
    self.requestFields = requestFields
    self.answerFields = answerFields
  }

  public struct Field: Sendable, Hashable {
    public let name: String
    public let value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public enum End: Sendable {
    case failed(any FailureReason)
    /// Whoever asked wanted no more of it.
    case abandoned
  }
}

/// Hears of each request once it has ended. It is called from any thread.
public typealias RequestObserver = @Sendable (RequestRecord) -> Void
