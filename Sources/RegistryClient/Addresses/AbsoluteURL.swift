/// An absolute HTTP address without user information or fragment. Path and query are kept exactly as they were sent,
/// since signatures are over their very bytes; nothing in them can end a request line.
package struct AbsoluteURL: Sendable, Hashable, CustomStringConvertible {
  /// The longest address that is taken, in bytes.
  static let limit = 16 << 10

  package let origin: HTTPOrigin
  /// Path and query: what stands in the request line (RFC 9112 §3.2.1).
  package let target: String

  package init?(origin: HTTPOrigin, target: String) {
    guard target.hasPrefix("/"), target.utf8.count <= Self.limit, Self.isPlain(target) else { return nil }
    self.origin = origin
    self.target = target
  }

  package init?(parsing text: String) {
    guard text.utf8.count <= Self.limit, let colon = text.firstIndex(of: ":"),
      let scheme = HTTPOrigin.Scheme(rawValue: text[..<colon].lowercased())
    else { return nil }
    let rest = text[text.index(after: colon)...]
    guard rest.hasPrefix("//") else { return nil }
    let afterSlashes = rest.dropFirst(2)
    let authority = afterSlashes.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard let origin = HTTPOrigin(scheme: scheme, authority: authority) else { return nil }
    let tail = afterSlashes.dropFirst(authority.count).prefix { $0 != "#" }
    self.init(origin: origin, target: tail.hasPrefix("/") ? String(tail) : "/" + tail)
  }

  /// Visible ASCII only (RFC 3986 §2); no control character, no blank, no backslash that some take for a slash.
  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "#") }
  }

  private var path: Substring { target.prefix { $0 != "?" } }
  private var query: Substring? { target.contains("?") ? target[target.index(after: path.endIndex)...] : nil }

  package var description: String { origin.description + target }

  /// For messages and logs: a query may hold a signature or a token, so it is never shown.
  package var redacted: String { "\(origin)\(path)\(query == nil ? "" : "?…")" }

  /// Whether the query carries a permission of its own, as the addresses that storage signs do.
  package var isSigned: Bool {
    let names = (query ?? "").split(separator: "&").map { $0.prefix { $0 != "=" }.lowercased() }
    return names.contains { name in
      Self.signatureNames.contains(name) || name.hasSuffix("-signature") || name.hasSuffix("-credential")
        || name.hasSuffix("-security-token")
    }
  }

  private static let signatureNames: Set<String> = [
    "signature", "sig", "awsaccesskeyid", "googleaccessid", "ossaccesskeyid", "token", "verify", "policy",
    "key-pair-id", "hmac", "auth_key", "q-signature", "se",
  ]

  /// The address that a `Location` means from here (RFC 3986 §5.2); nil where it is not one that is followed.
  package func resolve(location: String) -> AbsoluteURL? {
    guard !location.isEmpty, location.utf8.count <= Self.limit else { return nil }
    let reference = location.prefix { $0 != "#" }
    if let colon = reference.firstIndex(of: ":"),
      reference[..<colon].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }),
      reference.first?.isLetter == true
    {
      return AbsoluteURL(parsing: String(reference))
    }
    if reference.hasPrefix("//") { return AbsoluteURL(parsing: "\(origin.scheme.rawValue):\(reference)") }
    if reference.hasPrefix("/") {
      return AbsoluteURL(origin: origin, target: Self.withoutDots(String(reference)))
    }
    if reference.hasPrefix("?") { return AbsoluteURL(origin: origin, target: String(path) + reference) }
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
    return AbsoluteURL(origin: origin, target: Self.withoutDots(String(folder) + reference))
  }

  /// RFC 3986 §5.2.4.
  private static func withoutDots(_ target: String) -> String {
    let path = target.prefix { $0 != "?" }
    var kept: [Substring] = []
    let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    for (index, segment) in segments.enumerated() {
      let isLast = index == segments.count - 1
      switch segment {
      case ".": if isLast { kept.append("") }
      case "..":
        if !kept.isEmpty { kept.removeLast() }
        if isLast { kept.append("") }
      default: kept.append(segment)
      }
    }
    return "/" + kept.joined(separator: "/") + target[path.endIndex...]
  }

  /// The address with further query items. Slashes and colons stay as they are in both halves of a scope: mirrors
  /// that rewrite scopes get confused when one of the two is encoded and the other is not.
  package func appending(query items: [(String, String)]) -> AbsoluteURL {
    guard !items.isEmpty else { return self }
    let encoded = items.map { "\(Self.encode($0.0))=\(Self.encode($0.1))" }.joined(separator: "&")
    let separator = query == nil ? "?" : (query?.isEmpty == true ? "" : "&")
    return AbsoluteURL(origin: origin, target: target + separator + encoded) ?? self
  }

  private static func encode(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: ","):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = Array("0123456789ABCDEF")
        result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
    return result
  }
}
