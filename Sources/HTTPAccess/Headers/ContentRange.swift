import ImageModel

/// Which bytes a response carries (RFC 9110 §14.4).
package struct ContentRange: Sendable, Hashable {
  /// nil in the answer to a range that cannot be satisfied.
  package let range: Range<Int64>?
  /// nil where the server does not say.
  package let total: Int64?

  /// Reads `bytes a-b/total`, `bytes a-b/*` or `bytes */total`.
  package init?(parsing text: String) {
    guard text.utf8.count <= 128 else { return nil }
    var scanner = FieldScanner(text)
    guard scanner.token()?.lowercased() == "bytes", scanner.skip(" ") else { return nil }
    if scanner.skip("*") {
      guard scanner.skip("/"), let total = Self.number(&scanner), scanner.isAtEnd else { return nil }
      range = nil
      self.total = total
      return
    }
    guard let first = Self.number(&scanner), scanner.skip("-"), let last = Self.number(&scanner), scanner.skip("/"),
      first <= last, last < Int64.max
    else { return nil }
    range = first..<last + 1
    if scanner.skip("*") {
      total = nil
    } else {
      guard let total = Self.number(&scanner), last < total else { return nil }
      self.total = total
    }
    guard scanner.isAtEnd else { return nil }
  }

  private static func number(_ scanner: inout FieldScanner) -> Int64? {
    scanner.take { $0.isDigit }.flatMap { Int64($0) }
  }
}
