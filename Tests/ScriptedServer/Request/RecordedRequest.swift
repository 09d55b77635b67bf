/// A request as a scripted server read it, and what became of it.
public struct RecordedRequest: Sendable {
  public let method: String
  /// The request target byte for byte: origin form, absolute form or authority form.
  public let target: String
  /// "HTTP/1.1" or "HTTP/1.0".
  public let version: String
  public let headers: HeaderFields
  public internal(set) var body: [UInt8] = []
  /// Its body was too long for the server, and was not read.
  public internal(set) var isCutShort = false
  /// The connection that it came on, counted from 0.
  public internal(set) var connection = 0
  /// Its place among all requests of the server, counted from 0.
  public internal(set) var index = 0
  /// Since the server started.
  public internal(set) var time: Duration = .zero
  /// The status that was sent; nil as long as there is none, and for raw or missing replies.
  public internal(set) var status: Int?
  /// Body bytes that the system took; when a client breaks off, up to one piece of 64 KiB more may have left.
  public internal(set) var bodyBytesSent: Int64 = 0
  /// The reply was sent to its end.
  public internal(set) var isComplete = false

  public init(method: String, target: String, version: String = "HTTP/1.1", headers: HeaderFields) {
    self.method = method
    self.target = target
    self.version = version
    self.headers = headers
  }

  /// The target without its query.
  public var path: String { String(target.prefix { $0 != "?" }) }

  /// What follows the first "?".
  public var query: String { String(target.drop { $0 != "?" }.dropFirst()) }

  /// The values of a query parameter, in order, percent decoded ("+" is a blank).
  public func queryValues(_ name: String) -> [String] { FormFields(query).values(name) }

  /// The fields of a body that is an HTML form.
  public var form: FormFields { FormFields(String(decoding: body, as: UTF8.self)) }

  /// The values of every header line with this name.
  public func values(_ name: String) -> [String] { headers.values(name) }

  /// The value of the first header line with this name.
  public func header(_ name: String) -> String? { values(name).first }

  /// The closed range asked for, with its end; nil where none is.
  public var range: ClosedRange<Int64>? {
    guard let range = header("Range").flatMap(ByteRangeRequest.init), let first = range.first, let last = range.last
    else { return nil }
    return first...last
  }

  /// Whether it carries anything that proves who asks.
  public var carriesCredentials: Bool { !credentialFields.isEmpty }

  /// The header lines that prove who asks.
  public var credentialFields: HeaderFields {
    headers.filter { ["authorization", "cookie", "proxy-authorization"].contains($0.name.lowercased()) }
  }

  /// Name and password of a Basic `Authorization`, with a colon between.
  public var basicCredentials: String? { header("Authorization").flatMap(BasicCredentials.decode) }

  /// The token of a Bearer `Authorization`.
  public var bearerToken: String? {
    guard let header = header("Authorization"), header.hasPrefix("Bearer ") else { return nil }
    return String(header.dropFirst(7))
  }

  /// The value of a cookie that it carries.
  public func cookie(_ name: String) -> String? {
    for pair in values("Cookie").joined(separator: ";").split(separator: ";") {
      let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
      if parts.count == 2, parts[0] == name { return String(parts[1]) }
    }
    return nil
  }

  public var summary: String { "\(method) \(target)" }

  /// The client wants the connection kept for a next request.
  var keepsConnection: Bool {
    let options = values("Connection").joined(separator: ",").lowercased()
    return version == "HTTP/1.1" ? !options.contains("close") : options.contains("keep-alive")
  }
}
