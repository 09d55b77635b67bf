/// A request and what became of it. The request's own properties can be read on it directly.
@dynamicMemberLookup
public struct RecordedRequest: Sendable {
  public let request: Request
  /// The status sent; nil as long as there is none, and for raw or missing replies.
  public internal(set) var status: Int?
  /// Body bytes that the system took; up to one write of at most 64 KiB more may have left when a client breaks off.
  public internal(set) var bodyBytesSent: Int64 = 0
  /// The reply was sent to its end.
  public internal(set) var isComplete = false

  public subscript<Value>(dynamicMember path: KeyPath<Request, Value>) -> Value {
    request[keyPath: path]
  }

  public func values(_ name: String) -> [String] { request.values(name) }

  public func header(_ name: String) -> String? { request.header(name) }

  public func queryValues(_ name: String) -> [String] { request.queryValues(name) }
}
