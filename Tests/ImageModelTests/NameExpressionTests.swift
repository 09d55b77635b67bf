import ImageModel
import SeededRandom
import Testing

@Suite("Regular expressions over tags, as RE2 reads them")
struct NameExpressionTests {
  private func matches(_ expression: String, _ text: String, isAnchored: Bool = false) throws -> Bool {
    try NameExpression(expression, isAnchored: isAnchored).matches(text)
  }

  @Test(
    "T225: expressions of skopeo's, regsync's and image-syncer's documentation match what they match there",
    arguments: [
      (#"^1\.13\.[12]-alpine-perl$"#, "1.13.2-alpine-perl", "1.13.3-alpine-perl"), ("a+", "xaax", "bbb"),
      (#"^v?\d+(\.\d+){1,2}$"#, "v1.2.3", "1.2.3.4"), (#"^[[:digit:]]+(?:-rc[0-9]?)?$"#, "12-rc", "12-beta"),
      ("^(?i)LATEST$", "latest", "later"), (#"^[^.]+$"#, "latest", "1.2"), (#"\bslim\b"#, "3-slim", "3-slimmer"),
      ("^(a|b)*$", "abba", "abc"), ("^a{2,}$", "aaa", "a"), (#"^[\w.-]{3}$"#, "a.-", "a/b"), ("^a{,2}$", "a{,2}", "aa"),
    ])
  func table(expression: String, fits: String, other: String) throws {
    #expect(try matches(expression, fits))
    #expect(try !matches(expression, other))
  }

  @Test("T225: an anchored expression stands for the whole name, alternatives included")
  func anchored() throws {
    #expect(try matches(#"3\.\d+"#, "3.20", isAnchored: true))
    #expect(try !matches(#"3\.\d+"#, "13.20", isAnchored: true))
    #expect(try matches("edge|latest", "latest", isAnchored: true))
    #expect(try !matches("edge|latest", "edge-2", isAnchored: true))
  }

  @Test(
    "T225: what is no expression, and what would take too much memory, is refused",
    arguments: [
      "(", ")", "a)", "[", "[b-a]", "*a", "a**", #"\"#, #"(?=a)"#, #"(?<!a)b"#, #"(a)\1"#, "[[:no:]]", "a{1001}",
      "((a{1000}){1000}){1000}", "((((){1000}){1000}){1000}){1000}", String(repeating: "(", count: 100),
      String(repeating: "a{", count: 5_000),
    ])
  func refused(expression: String) {
    #expect(throws: NameExpressionError.self) { try NameExpression(expression, isAnchored: false) }
  }

  @Test("T225: an expression that makes others try all ways takes linear time")
  func linear() throws {
    let text = String(repeating: "a", count: 128)
    #expect(try !matches("^(a+)+(a*)*(a|a)+b$", text))
  }

  @Test("T225: random expressions match what Swift's own engine matches", arguments: 0..<4 as Range<UInt64>)
  func random(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for round in 0..<300 {
      let expression = Self.expression(&random, depth: 3)
      let other = try Regex(expression)
      let own = try NameExpression(expression, isAnchored: false)
      for _ in 0..<8 {
        let text = String(
          (0..<Int.random(in: 0...6, using: &random)).map { _ in "ab1.".randomElement(using: &random) ?? "a" })
        #expect(
          try own.matches(text) == (other.firstMatch(in: text) != nil),
          "seed \(seed), round \(round): \(expression) in '\(text)'")
      }
    }
  }

  private static func expression(_ random: inout SeededRandom, depth: Int) -> String {
    let atoms = ["a", "b", "1", #"\."#, ".", "[ab]", "[^a1]", #"\d"#, #"\W"#, "^", "$"]
    let parts = (0..<Int.random(in: 1...3, using: &random)).map { _ -> String in
      guard depth > 0, Bool.random(using: &random) else { return atoms.randomElement(using: &random) ?? "a" }
      let inner = expression(&random, depth: depth - 1)
      return "(?:\(inner))" + (["", "*", "+", "?", "{2}", "{1,2}"].randomElement(using: &random) ?? "")
    }
    let whole = parts.joined()
    return Int.random(in: 0..<4, using: &random) == 0 ? "\(whole)|\(atoms.randomElement(using: &random) ?? "a")" : whole
  }
}
