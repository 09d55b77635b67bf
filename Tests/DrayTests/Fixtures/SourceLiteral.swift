/// Finds the string literals in Swift source that messages are made of.
enum SourceLiteral {
  /// Of each one-line literal that directly follows `mark`: its longest part without a value.
  static func fixedParts(after mark: String, in source: String) -> [String] {
    var parts: [String] = []
    var rest = source[...]
    while let range = rest.firstRange(of: mark) {
      rest = rest[range.upperBound...].drop(while: \.isWhitespace)
      guard rest.hasPrefix("\""), !rest.hasPrefix("\"\"\"") else { continue }
      rest = rest.dropFirst()
      if let longest = fixedParts(of: &rest).max(by: { $0.count < $1.count }) { parts.append(longest) }
    }
    return parts
  }

  /// Reads a literal up to its closing quote.
  private static func fixedParts(of rest: inout Substring) -> [String] {
    var parts = [""]
    while let character = rest.popFirst(), character != "\"" {
      guard character == "\\" else {
        parts[parts.count - 1].append(character)
        continue
      }
      guard rest.popFirst() == "(" else { return parts }
      var depth = 1
      while depth > 0, let inner = rest.popFirst() { depth += inner == "(" ? 1 : inner == ")" ? -1 : 0 }
      parts.append("")
    }
    return parts
  }
}
