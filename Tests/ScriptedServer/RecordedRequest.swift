/// A request as a scripted server read it.
public struct RecordedRequest: Sendable {
  public let method: String
  /// Path and query, as sent.
  public let target: String
  public let headers: [(name: String, value: String)]
  public let body: [UInt8]
  /// The connection that it came on, counted from 0.
  public let connection: Int

  public init(
    method: String, target: String, headers: [(name: String, value: String)], body: [UInt8], connection: Int
  ) {
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
    self.connection = connection
  }

  public var path: String { String(target.prefix { $0 != "?" }) }
  public var query: String { String(target.drop { $0 != "?" }.dropFirst()) }

  public func values(_ name: String) -> [String] {
    headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
  }

  public func header(_ name: String) -> String? { values(name).first }

  /// The closed range asked for, with its end; nil where none is.
  public var range: ClosedRange<Int64>? {
    guard let text = header("range"), text.hasPrefix("bytes=") else { return nil }
    let parts = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let lower = Int64(parts[0]), let upper = Int64(parts[1]), lower <= upper else { return nil }
    return lower...upper
  }

  /// Whether it carries anything that proves who asks.
  public var carriesCredentials: Bool {
    ["authorization", "cookie", "proxy-authorization"].contains { header($0) != nil }
  }

  public var summary: String { "\(method) \(target)" }
}
