/// Which requests are expected, how often, and what each is answered.
///
/// ```swift
/// Rule("GET", "/v2/", Reply())
/// Rule("GET", "/v2/x/blobs/*", Reply(503), Reply(text: "x"))       // first 503, then the text for ever
/// Rule("GET", "/token") { request in .token("t") }.times(2).required
/// ```
public struct Rule: Sendable {
  public typealias Handler = @Sendable (RecordedRequest) async throws -> Reply

  /// What the rule is called in failures: by default its method and path.
  public private(set) var name: String
  private(set) var limit: Int?
  private(set) var isRequired = false
  private let methods: [String]
  private let path: String
  private let answer: @Sendable (_ request: RecordedRequest, _ use: Int) async throws -> Reply
  private var conditions: [@Sendable (RecordedRequest) -> Bool] = []

  private init(
    _ methods: String, _ path: String,
    answer: @escaping @Sendable (_ request: RecordedRequest, _ use: Int) async throws -> Reply
  ) {
    name = "\(methods) \(path)"
    self.methods = methods.split(separator: ",").map(String.init)
    self.path = path
    self.answer = answer
  }

  /// A rule for any number of requests: use k is answered by reply k, later ones by the last reply.
  ///
  /// - Parameters:
  ///   - methods: one method, several with commas between ("GET,HEAD"), or "*".
  ///   - path: the target without its query, byte for byte; a "*" at its end stands for any rest.
  public init(_ methods: String, _ path: String, _ first: Reply, _ next: Reply...) {
    let replies = [first] + next
    self.init(methods, path) { _, use in replies[min(use, replies.count) - 1] }
  }

  /// A rule whose reply is made from the request.
  public init(_ methods: String, _ path: String, _ handler: @escaping Handler) {
    self.init(methods, path) { request, _ in try await handler(request) }
  }

  /// At most one request; the next goes to a later rule or is unexpected.
  public var once: Rule { times(1) }

  /// At most `count` requests.
  public func times(_ count: Int) -> Rule { with { $0.limit = count } }

  /// The run fails if no request used the rule.
  public var required: Rule { with { $0.isRequired = true } }

  /// Only requests that meet the condition too.
  public func when(_ condition: @escaping @Sendable (RecordedRequest) -> Bool) -> Rule {
    with { $0.conditions.append(condition) }
  }

  /// Only requests with this query parameter, once and with this value.
  public func query(_ name: String, _ value: String) -> Rule { when { $0.queryValues(name) == [value] } }

  /// Only requests with this header, once and with this value; nil: without the header.
  public func header(_ name: String, _ value: String?) -> Rule {
    when { $0.values(name) == (value.map { [$0] } ?? []) }
  }

  public func named(_ name: String) -> Rule { with { $0.name = name } }

  func takes(_ request: RecordedRequest) -> Bool {
    guard methods == ["*"] || methods.contains(request.method) else { return false }
    guard path.last == "*" ? request.path.hasPrefix(path.dropLast()) : request.path == path else { return false }
    return conditions.allSatisfy { $0(request) }
  }

  /// - Parameter use: how often the rule was used, this time included.
  func reply(to request: RecordedRequest, use: Int) async throws -> Reply {
    try await answer(request, use)
  }

  private func with(_ change: (inout Rule) -> Void) -> Rule {
    var copy = self
    change(&copy)
    return copy
  }
}
