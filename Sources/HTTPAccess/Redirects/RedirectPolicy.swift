import NIOHTTP1

/// Follows redirects by hand, one hop at a time, so that each is judged before it is taken.
package struct RedirectPolicy: Sendable {
  /// Hops that one request may take.
  package static let limit = 5

  private var visited: [AbsoluteURL]

  package init(from start: AbsoluteURL) {
    visited = [start]
  }

  /// How many redirects have been followed.
  package var hops: Int { visited.count - 1 }

  package static func isRedirect(_ status: Int) -> Bool {
    [301, 302, 303, 307, 308].contains(status)
  }

  /// The next address (RFC 9110 §15.4).
  ///
  /// - Throws: ``TransportError`` with `redirectRefused`.
  package mutating func next(after response: TransportResponse) throws(TransportError) -> AbsoluteURL {
    let here = visited[visited.count - 1]
    guard let location = response.headers.first(name: "location"), !location.isEmpty else {
      throw refused(here, to: "", .noLocation)
    }
    guard let next = here.resolve(location: location) else {
      throw refused(here, to: Self.withoutSecrets(location), .malformedLocation)
    }
    if here.origin.scheme == .https, next.origin.scheme == .http {
      throw refused(here, to: next.redacted, .fromHTTPSToHTTP)
    }
    if visited.contains(next) { throw refused(here, to: next.redacted, .loop) }
    guard hops < Self.limit else { throw refused(here, to: next.redacted, .tooMany(limit: Self.limit)) }
    visited.append(next)
    return next
  }

  /// What may be shown of where an answer leads.
  package func shownTarget(of response: TransportResponse) -> String {
    let location = response.headers.first(name: "location") ?? ""
    return visited[visited.count - 1].resolve(location: location)?.redacted ?? Self.withoutSecrets(location)
  }

  /// What may be shown of a text that is no address: no query, and no name and password before an "@".
  private static func withoutSecrets(_ location: String) -> String {
    // By bytes: to Swift a mark with an accent behind it is none.
    let address = Substring(location.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
    let start = address.firstRange(of: "//")?.upperBound ?? address.startIndex
    let host = address.utf8.lastIndex(of: UInt8(ascii: "@")).map { address.utf8.index(after: $0) } ?? start
    return String((address[..<start] + address[max(start, host)...]).prefix(256))
  }

  private func refused(_ from: AbsoluteURL, to: String, _ reason: RedirectRefusal) -> TransportError {
    TransportError(.redirectRefused(from: from.redacted, to: to, reason))
  }
}
