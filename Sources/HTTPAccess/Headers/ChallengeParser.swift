/// The grammar of RFC 9110 §11.2 to §11.4, where a comma separates parameters as well as challenges: a word is a
/// parameter where an equals sign and a value follow it, else it begins the next challenge.
struct ChallengeParser {
  private var scanner: FieldScanner
  private var challenges: [Challenge] = []
  private var scheme: String?
  private var parameters: [String: String] = [:]

  init(_ text: String) {
    scanner = FieldScanner(text)
  }

  mutating func parse(limit: Int) -> [Challenge] {
    while challenges.count < limit {
      scanner.skipListSeparators()
      guard !scanner.isAtEnd else { break }
      guard let word = scanner.token()?.lowercased(), parseParameter(word) || parseScheme(word) else {
        scanner.skipElement()
        continue
      }
    }
    finishChallenge()
    return Array(challenges.prefix(limit))
  }

  private mutating func finishChallenge() {
    if let scheme { challenges.append(Challenge(scheme: scheme, parameters: parameters)) }
    scheme = nil
    parameters = [:]
  }

  private mutating func parseParameter(_ name: String) -> Bool {
    let start = scanner.index
    scanner.skipBlanks()
    if scheme != nil, scanner.skip("=") {
      scanner.skipBlanks()
      if let value = scanner.quotedString() ?? unquotedValue() {
        if parameters[name] == nil { parameters[name] = value }
        return true
      }
    }
    scanner.rewind(to: start)
    return false
  }

  /// A token, and what servers write without the quotes that the grammar asks for.
  private mutating func unquotedValue() -> String? {
    scanner.take { FieldScanner.isTokenByte($0) || ":/=?".utf8.contains($0) }
  }

  private mutating func parseScheme(_ name: String) -> Bool {
    guard scanner.isAtEnd || scanner.next.map({ " \t,".utf8.contains($0) }) == true else { return false }
    finishChallenge()
    scheme = name
    scanner.skipBlanks()
    skipToken68()
    return true
  }

  /// A single token68 behind a scheme, as `Negotiate` has it, is no parameter.
  private mutating func skipToken68() {
    let start = scanner.index
    let text = scanner.take { FieldScanner.isTokenByte($0) || $0 == UInt8(ascii: "/") }
    _ = scanner.take { $0 == UInt8(ascii: "=") }
    scanner.skipBlanks()
    let isWhole = text != nil && (scanner.isAtEnd || scanner.next == UInt8(ascii: ","))
    if !isWhole { scanner.rewind(to: start) }
  }
}
