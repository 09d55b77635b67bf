/// Bytes of a blob to ask for (RFC 9110 §14.1.2): never empty.
package struct ByteRange: Sendable, Hashable {
  package let lowerBound: Int64
  /// The byte behind the last one.
  package let upperBound: Int64

  package init(_ range: Range<Int64>) {
    lowerBound = range.lowerBound
    upperBound = range.upperBound
  }

  /// Always closed, and never beyond the blob: some registries answer 416 to anything else.
  package var headerValue: String { "bytes=\(lowerBound)-\(upperBound - 1)" }
}

/// Which bytes a response carries (RFC 9110 §14.4).
package struct ContentRange: Sendable, Hashable {
  /// nil in the answer to a range that cannot be satisfied.
  package let range: Range<Int64>?
  /// nil where the server does not say.
  package let total: Int64?

  package init?(parsing text: String) {
    let prefix = "bytes "
    guard text.utf8.count <= 128, text.lowercased().hasPrefix(prefix) else { return nil }
    let parts = text.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    if parts[1] == "*" {
      total = nil
    } else {
      guard let number = Self.number(parts[1]) else { return nil }
      total = number
    }
    if parts[0] == "*" {
      guard total != nil else { return nil }
      range = nil
      return
    }
    let bounds = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    guard bounds.count == 2, let first = Self.number(bounds[0]), let last = Self.number(bounds[1]), first <= last,
      last < Int64.max, total.map({ last < $0 }) ?? true
    else { return nil }
    range = first..<last + 1
  }

  private static func number(_ digits: Substring) -> Int64? {
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int64(digits)
  }
}
