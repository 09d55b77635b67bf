/// The target of a request in its parts (RFC 9112, section 3.2).
struct RequestTarget: Sendable {
  /// Percent-decoded; begins with a slash. Its slashes are those of the target.
  let path: String
  /// Percent-decoded, in the order of the query.
  let query: [(name: String, value: String)]

  /// Nil where it is none that a server answers: `*`, `host:port`, or one that cannot be decoded.
  init?(_ text: String) {
    var rest = text.prefix { $0 != "#" }
    if !rest.hasPrefix("/") {
      // As a client that takes this server for its proxy sends it.
      guard let scheme = ["http://", "https://"].first(where: { rest.lowercased().hasPrefix($0) }) else { return nil }
      rest = rest.dropFirst(scheme.count)
      rest = rest.firstIndex { $0 == "/" || $0 == "?" }.map { rest[$0...] } ?? "/"
    }
    let mark = rest.firstIndex(of: "?")
    guard let path = PercentCoding.path(rest[..<(mark ?? rest.endIndex)]),
      let query = mark.map({ PercentCoding.query(rest[rest.index(after: $0)...]) }) ?? []
    else { return nil }
    self.path = path.isEmpty ? "/" : path
    self.query = query
  }

  /// The host, and the port, of a target that names one: it counts, whatever `Host` says (RFC 9112, section 3.2.2).
  static func authority(of target: String) -> String? {
    guard !target.hasPrefix("/"), let mark = target.firstRange(of: "://") else { return nil }
    return String(target[mark.upperBound...].prefix { !"/?#".contains($0) })
  }
}
