import ImageModel

/// An absolute HTTP address without user information or fragment. Path and query are kept as they were sent, since
/// signatures are over their very bytes; nothing in them can end a request line.
package struct AbsoluteURL: Sendable, Hashable, CustomStringConvertible {
  /// The longest address that is taken from a server, in bytes.
  static let limit = 16 << 10

  package let origin: HTTPOrigin
  /// Path and query: what stands in the request line (RFC 9112 §3.2.1), also where RFC 3986 wants bytes of it encoded:
  /// whoever signed an address has signed these, and whoever wrote it understands them.
  package let target: String

  /// - Parameter target: a path from its first slash, and perhaps a query. Control characters, blanks, backslashes and
  ///   what was no text (U+FFFD) are refused.
  package init?(origin: HTTPOrigin, target: String) {
    guard target.utf8.first == UInt8(ascii: "/"), target.utf8.count <= Self.limit,
      target.unicodeScalars.allSatisfy(Self.mayStand)
    else { return nil }
    self.init(origin: origin, checkedTarget: target)
  }

  private init(origin: HTTPOrigin, checkedTarget: String) {
    self.origin = origin
    self.target = checkedTarget
  }

  private static func mayStand(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\\", "#", "\u{fffd}": false
    default: scalar.value > 0x20 && !(0x7f...0x9f).contains(scalar.value)
    }
  }

  /// The same address as RFC 3986 has it, for those who take nothing else: encoded where ``target`` is not.
  package var encoded: String { "\(origin)\(PercentEncoding.repaired(target))" }

  /// Reads an `http` or `https` address (RFC 3986 §3). A fragment is dropped.
  package init?(parsing text: String) {
    guard text.utf8.count <= Self.limit, let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
      let scheme = HTTPOrigin.Scheme(rawValue: text[..<colon].lowercased())
    else { return nil }
    let rest = text[text.utf8.index(after: colon)...]
    guard rest.utf8.starts(with: "//".utf8) else { return nil }
    let afterSlashes = rest[rest.utf8.index(rest.startIndex, offsetBy: 2)...]
    let end = afterSlashes.utf8.firstIndex { "/?#".utf8.contains($0) } ?? afterSlashes.endIndex
    guard let origin = HTTPOrigin(scheme: scheme, authority: afterSlashes[..<end]) else { return nil }
    let tail = Self.withoutFragment(afterSlashes[end...])
    self.init(origin: origin, target: tail.utf8.first == UInt8(ascii: "/") ? String(tail) : "/" + tail)
  }

  private static func withoutFragment(_ text: Substring) -> Substring {
    text[..<(text.utf8.firstIndex(of: UInt8(ascii: "#")) ?? text.endIndex)]
  }

  package var description: String { origin.description + target }

  /// For messages and logs: a query may hold a signature or a token, so it is never shown.
  package var redacted: String { "\(origin)\(path)\(query == nil ? "" : "?…")" }

  private var queryMark: String.Index { target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex }

  /// The path, as it was sent.
  package var path: Substring { target[..<queryMark] }

  /// What stands behind the question mark; nil where there is none.
  package var query: Substring? {
    queryMark == target.endIndex ? nil : target[target.utf8.index(after: queryMark)...]
  }

  /// Whether the query carries a permission of its own, as the addresses that storage signs do.
  package var isSigned: Bool {
    PercentEncoding.items(of: query ?? "").contains { item in
      let name = PercentEncoding.decoded(item.name).lowercased()
      return Self.permissionNames.contains(name) || Self.permissionSuffixes.contains { name.hasSuffix($0) }
    }
  }

  /// CloudFront, Azure, Alibaba, Tencent, Huawei, Qiniu and Akamai, and what proxies call their own.
  private static let permissionNames: Set<String> = [
    "signature", "sig", "se", "sp", "policy", "key-pair-id", "awsaccesskeyid", "googleaccessid", "ossaccesskeyid",
    "accesskeyid", "auth_key", "q-sign-algorithm", "q-ak", "verify", "hmac", "hdnea", "hdnts", "sign", "token",
    "access_token", "jwt", "authorization",
  ]

  private static let permissionSuffixes = ["-signature", "-credential", "-security-token", "_token"]

  /// The address that a `Location` means from here (RFC 3986 §5.2); nil where it is not one that is followed.
  package func resolve(location: String) -> AbsoluteURL? {
    let reference = Self.withoutFragment(location[...])
    guard !location.isEmpty, location.utf8.count <= Self.limit else { return nil }
    if Self.hasScheme(reference) {
      guard let url = AbsoluteURL(parsing: String(reference)) else { return nil }
      return AbsoluteURL(origin: url.origin, target: Self.withoutDots(url.target))
    }
    if reference.utf8.starts(with: "//".utf8) { return resolve(location: "\(origin.scheme.rawValue):\(reference)") }
    switch reference.utf8.first {
    case nil: return self
    case UInt8(ascii: "/"): return AbsoluteURL(origin: origin, target: Self.withoutDots(String(reference)))
    case UInt8(ascii: "?"): return AbsoluteURL(origin: origin, target: "\(path)\(reference)")
    default:
      let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[...$0] } ?? "/"
      return AbsoluteURL(origin: origin, target: Self.withoutDots("\(folder)\(reference)"))
    }
  }

  /// RFC 3986 §3.1.
  private static func hasScheme(_ reference: Substring) -> Bool {
    guard let colon = reference.utf8.firstIndex(of: UInt8(ascii: ":")), reference.utf8.first?.isLetter == true else {
      return false
    }
    return reference.utf8[..<colon].allSatisfy { $0.isLetterOrDigit || "+-.".utf8.contains($0) }
  }

  /// RFC 3986 §5.2.4.
  private static func withoutDots(_ target: String) -> String {
    let end = target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
    var kept: [Substring] = []
    // By bytes: to Swift a slash with an accent behind it is no slash.
    let segments = target.utf8[..<end].dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false
    ).map { Substring($0) }
    for (index, segment) in segments.enumerated() {
      guard segment == "." || segment == ".." else {
        kept.append(segment)
        continue
      }
      if segment == "..", !kept.isEmpty { kept.removeLast() }
      if index == segments.count - 1 { kept.append("") }
    }
    return "/" + kept.joined(separator: "/") + target[end...]
  }

  /// The address with further query items.
  ///
  /// Slashes and colons stay as they are in both halves of a scope (RFC 3986 §3.4 allows them in a query). A mirror that
  /// rewrites scopes as text damages one whose colons are encoded and whose slashes are not; encoding neither is what
  /// it sees from most clients.
  package func appending(query items: [(String, String)]) -> AbsoluteURL {
    guard !items.isEmpty else { return self }
    let encoded = items.map { "\(PercentEncoding.query($0.0))=\(PercentEncoding.query($0.1))" }.joined(separator: "&")
    let separator = query.map { $0.isEmpty ? "" : "&" } ?? "?"
    return AbsoluteURL(origin: origin, checkedTarget: target + separator + encoded)
  }
}
