/// The productions of distribution/reference (regexp.go), as predicates.
package enum ReferenceGrammar {
  /// Whether the first component of a reference names a registry and not a part of a repository on Docker Hub.
  static func isRegistry(_ component: some StringProtocol) -> Bool {
    component == "localhost"
      || component.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") || $0.isUpperCaseLetter }
  }

  /// `[a-f0-9]{64}`
  static func isImageID(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy { $0.isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
  }

  /// Components of lower-case letters and digits, divided by slashes.
  static func isRepository(_ text: String) -> Bool {
    text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy(isPathComponent)
  }

  /// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`
  private static func isPathComponent(_ component: Substring) -> Bool {
    var separator: [UInt8] = []
    var hasLetters = false
    for byte in component.utf8 {
      if byte.isDigit || byte.isLowerCaseLetter {
        guard separator.isEmpty || isSeparator(separator) else { return false }
        separator = []
        hasLetters = true
      } else {
        guard hasLetters else { return false }
        separator.append(byte)
      }
    }
    return hasLetters && separator.isEmpty
  }

  private static func isSeparator(_ bytes: [UInt8]) -> Bool {
    bytes == [UInt8(ascii: ".")] || bytes == [UInt8(ascii: "_")] || bytes == [UInt8(ascii: "_"), UInt8(ascii: "_")]
      || bytes.allSatisfy { $0 == UInt8(ascii: "-") }
  }

  /// `[\w][\w.-]{0,127}`
  package static func isTag(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 128 else { return false }
    let isWord = { (byte: UInt8) in byte.isLetterOrDigit || byte == UInt8(ascii: "_") }
    return isWord(first)
      && text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
  }
}
