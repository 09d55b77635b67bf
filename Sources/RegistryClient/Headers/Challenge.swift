/// One challenge of a `WWW-Authenticate` header (RFC 9110 §11.6.1).
package struct Challenge: Sendable, Hashable {
  /// In lower case.
  package let scheme: String
  /// By name, in lower case. Of several parameters of one name the first counts.
  package let parameters: [String: String]

  static let inputLimit = 16 << 10
  static let challengeLimit = 32

  /// Reads all challenges of all header lines. What is malformed is left out; what is good beside it stays.
  package static func parse(_ values: [String]) -> [Challenge] {
    var challenges: [Challenge] = []
    var budget = inputLimit
    for value in values {
      guard value.utf8.count <= budget else { break }
      budget -= value.utf8.count
      var parser = ChallengeParser(value)
      challenges += parser.parse()
    }
    return Array(challenges.prefix(challengeLimit))
  }
}

/// A challenge of the token protocol (distribution "Token Authentication").
package struct BearerChallenge: Sendable, Hashable {
  package let realm: String
  package let service: String?
  package let scope: String?

  package init?(_ challenge: Challenge) {
    guard challenge.scheme == "bearer", let realm = challenge.parameters["realm"], !realm.isEmpty else { return nil }
    self.realm = realm
    service = challenge.parameters["service"]
    scope = challenge.parameters["scope"]
  }
}

/// A challenge of RFC 7617.
package struct BasicChallenge: Sendable, Hashable {
  package init?(_ challenge: Challenge) {
    guard challenge.scheme == "basic" else { return nil }
  }
}

/// The grammar of RFC 9110 §11.2 to §11.4, where a comma separates parameters as well as challenges.
private struct ChallengeParser {
  private let bytes: [UInt8]
  private var index = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
  }

  mutating func parse() -> [Challenge] {
    var challenges: [Challenge] = []
    var scheme: String?
    var parameters: [String: String] = [:]
    func finished() -> [Challenge] { scheme.map { [Challenge(scheme: $0, parameters: parameters)] } ?? [] }
    while true {
      skip { $0 == UInt8(ascii: ",") || Self.isBlank($0) }
      guard index < bytes.count else { return challenges + finished() }
      guard let word = token() else {
        // Not a token: nothing sensible up to the next comma outside quotes.
        skipElement()
        continue
      }
      let afterWord = index
      skip(Self.isBlank)
      if scheme != nil, peek == UInt8(ascii: "="), let value = parameterValue() {
        if parameters[word.lowercased()] == nil { parameters[word.lowercased()] = value }
        continue
      }
      index = afterWord
      guard peek == nil || Self.isBlank(bytes[index]) || peek == UInt8(ascii: ",") else {
        skipElement()
        continue
      }
      challenges += finished()
      scheme = word.lowercased()
      parameters = [:]
      skip(Self.isBlank)
      skipToken68()
    }
  }

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  private mutating func skip(_ predicate: (UInt8) -> Bool) {
    while let byte = peek, predicate(byte) { index += 1 }
  }

  private mutating func token() -> String? {
    let start = index
    skip(Self.isTokenByte)
    return start == index ? nil : String(decoding: bytes[start..<index], as: UTF8.self)
  }

  /// The value behind an equals sign; nil, at the same place, where there is none.
  private mutating func parameterValue() -> String? {
    let start = index
    index += 1
    skip(Self.isBlank)
    if peek == UInt8(ascii: "\"") {
      if let value = quotedString() { return value }
    } else if let value = token68Like() {
      return value
    }
    index = start
    return nil
  }

  /// A token, and what servers write without the quotes that the grammar asks for.
  private mutating func token68Like() -> String? {
    let start = index
    skip { Self.isTokenByte($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "=") }
    return start == index ? nil : String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func quotedString() -> String? {
    var value: [UInt8] = []
    index += 1
    while let byte = peek {
      index += 1
      switch byte {
      case UInt8(ascii: "\""): return String(validating: value, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let escaped = peek else { return nil }
        value.append(escaped)
        index += 1
      default: value.append(byte)
      }
    }
    return nil
  }

  /// A single token68 behind a scheme, as `Negotiate` has it, is no parameter.
  private mutating func skipToken68() {
    let start = index
    skip { Self.isTokenByte($0) || $0 == UInt8(ascii: "/") }
    skip { $0 == UInt8(ascii: "=") }
    let end = index
    skip(Self.isBlank)
    if end > start, peek == nil || peek == UInt8(ascii: ",") { return }
    index = start
  }

  private mutating func skipElement() {
    while let byte = peek, byte != UInt8(ascii: ",") {
      if byte == UInt8(ascii: "\"") {
        if quotedString() == nil { index = bytes.count }
      } else {
        index += 1
      }
    }
  }
}
