/// A request as the server read it.
public struct Request: Sendable {
  public let method: String
  /// The request target byte for byte: origin form, absolute form or authority form.
  public let target: String
  /// "HTTP/1.1" or "HTTP/1.0".
  public let version: String
  /// Every header line in the order it came, repetitions included.
  public let headers: [Header]
  public internal(set) var body: [UInt8] = []
  /// Which accepted connection it came on, counted from 1.
  public internal(set) var connection = 0
  /// Its place among all requests of this server, counted from 1.
  public internal(set) var index = 0
  /// Time since the server started.
  public internal(set) var time: Duration = .zero
  /// The server that read it, such as "http://127.0.0.1:1234".
  public internal(set) var origin = ""

  /// The target without its query.
  public var path: String {
    String(target.prefix { $0 != "?" })
  }

  /// What follows the first "?", or nil without one.
  public var query: String? {
    target.firstIndex(of: "?").map { String(target[target.index(after: $0)...]) }
  }

  /// The values of a query parameter, in order, percent decoded ("+" is a blank).
  public func queryValues(_ name: String) -> [String] {
    FormFields(query ?? "").values(name)
  }

  /// The values of every header line with this name.
  public func values(_ name: String) -> [String] { headers.values(name) }

  /// The value of the first header line with this name.
  public func header(_ name: String) -> String? { headers.first(name) }

  /// The client wants the connection kept for a next request.
  var keepsConnection: Bool {
    let options = values("Connection").joined(separator: ",").lowercased()
    return version == "HTTP/1.1" ? !options.contains("close") : options.contains("keep-alive")
  }
}

extension Request: CustomStringConvertible {
  public var description: String { "\(method) \(target)" }
}
