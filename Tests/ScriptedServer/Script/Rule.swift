/// Which requests are expected, how often, and what each is answered.
///
/// ```swift
/// Rule.on("GET", "/v2/", .status(200))
/// Rule.on("GET", "/v2/x/blobs/*", .status(503), .blob(content))        // first 503, then the blob for ever
/// Rule.on("GET", "/token") { request in .json("{\"token\":\"t\"}") }.times(2)
/// ```
public struct Rule: Sendable {
  public typealias Answer = @Sendable (_ request: Request, _ use: Int) async throws -> Reply

  /// What the rule is called in failures: by default its method and path.
  public var name: String
  let answer: Answer
  private let methods: [String]
  private let path: String
  private var conditions: [@Sendable (Request) -> Bool] = []
  private(set) var limit: Int?
  private(set) var isRequired = false

  private init(methods: String, path: String, answer: @escaping Answer) {
    name = "\(methods) \(path)"
    self.methods = methods.split(separator: ",").map(String.init)
    self.path = path
    self.answer = answer
  }

  /// A rule that may be used any number of times: use k is answered by reply k, later ones by the last reply.
  ///
  /// - Parameters:
  ///   - methods: one method, several with commas between ("GET,HEAD"), or "*".
  ///   - path: the target without its query, byte for byte; a "*" at its end stands for any rest.
  public static func on(_ methods: String, _ path: String, _ first: Reply, _ next: Reply...) -> Rule {
    let replies = [first] + next
    return Rule(methods: methods, path: path) { _, use in replies[min(use, replies.count) - 1] }
  }

  /// A rule whose reply is made from the request.
  public static func on(
    _ methods: String, _ path: String, answer: @escaping @Sendable (Request) async throws -> Reply
  ) -> Rule {
    Rule(methods: methods, path: path) { request, _ in try await answer(request) }
  }

  /// A rule whose reply is made from the request and from how often the rule was used, this time included.
  public static func on(
    _ methods: String, _ path: String, answerUse answer: @escaping Answer
  ) -> Rule {
    Rule(methods: methods, path: path, answer: answer)
  }

  /// At most one request; the next goes to a later rule or is unexpected.
  public var once: Rule { times(1) }

  /// At most `count` requests.
  public func times(_ count: Int) -> Rule {
    changed { $0.limit = count }
  }

  /// The run fails if no request used the rule.
  public var required: Rule {
    changed { $0.isRequired = true }
  }

  /// Only requests that meet the condition too.
  public func when(_ condition: @escaping @Sendable (Request) -> Bool) -> Rule {
    changed { $0.conditions.append(condition) }
  }

  /// Only requests with this query parameter, once and with this value.
  public func query(_ name: String, _ value: String) -> Rule {
    when { $0.queryValues(name) == [value] }
  }

  /// Only requests with this header, once and with this value; nil: without the header.
  public func header(_ name: String, _ value: String?) -> Rule {
    when { $0.values(name) == (value.map { [$0] } ?? []) }
  }

  public func named(_ name: String) -> Rule {
    changed { $0.name = name }
  }

  func takes(_ request: Request) -> Bool {
    guard methods == ["*"] || methods.contains(request.method) else { return false }
    guard path.last == "*" ? request.path.hasPrefix(path.dropLast()) : request.path == path else { return false }
    return conditions.allSatisfy { $0(request) }
  }

  private func changed(_ change: (inout Rule) -> Void) -> Rule {
    var copy = self
    change(&copy)
    return copy
  }
}
