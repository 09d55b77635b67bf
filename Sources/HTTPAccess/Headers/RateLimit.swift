import ImageModel
import NIOHTTP1

/// What Docker Hub says about the pulls that are left: `ratelimit-limit: 100;w=21600`, `ratelimit-remaining: 76;w=21600`,
/// `docker-ratelimit-source: 192.0.2.1`.
/// A registry without limits sends neither.
public struct RateLimit: Sendable, Hashable {
  /// Pulls in the window.
  public let limit: Int64?
  /// Pulls that are left.
  public let remaining: Int64?
  /// The length of the window in seconds.
  public let window: Int64?
  /// What the pulls are counted of: an address, or an account, as the registry writes it.
  public let source: String?

  /// - Parameters:
  ///   - limit: the value of `ratelimit-limit`.
  ///   - remaining: the value of `ratelimit-remaining`.
  ///   - source: the value of `docker-ratelimit-source`.
  package init?(limit: String?, remaining: String?, source: String? = nil) {
    let limit = limit.flatMap(Self.quantity)
    let remaining = remaining.flatMap(Self.quantity)
    guard limit != nil || remaining != nil else { return nil }
    self.limit = limit?.count
    self.remaining = remaining?.count
    window = remaining?.window ?? limit?.window
    self.source = source.map { String($0.prefix(128)) }
  }

  package init?(_ headers: HTTPHeaders) {
    self.init(
      limit: headers.first(name: "ratelimit-limit"), remaining: headers.first(name: "ratelimit-remaining"),
      source: headers.first(name: "docker-ratelimit-source"))
  }

  /// Whether the pulls of an address are counted, whoever asks from there.
  public var countsAddress: Bool { source.flatMap { IPAddress(parsing: $0) } != nil }

  private static func quantity(_ text: String) -> (count: Int64, window: Int64?)? {
    guard text.utf8.count <= 128 else { return nil }
    var scanner = FieldScanner(text)
    scanner.skipBlanks()
    guard let count = scanner.token().flatMap(number) else { return nil }
    var window: Int64?
    while true {
      scanner.skipBlanks()
      guard scanner.skip(";") else { break }
      scanner.skipBlanks()
      let name = scanner.token()
      guard scanner.skip("="), let value = scanner.quotedString() ?? scanner.token() else { break }
      if name == "w", window == nil { window = number(value) }
    }
    return (count, window)
  }

  private static func number(_ text: String) -> Int64? {
    text.utf8.allSatisfy { $0.isDigit } ? Int64(text) : nil
  }
}
