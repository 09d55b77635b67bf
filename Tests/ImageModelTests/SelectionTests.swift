import Testing

@testable import ImageModel

@Suite("Patterns and ranges")
struct SelectionTests {
  @Test(
    "patterns of names",
    arguments: [
      ("*", "", true), ("*", "a/b", true), ("a*c", "ac", true), ("a*c", "abbc", true), ("a*c", "abcb", false),
      ("a?c", "abc", true), ("a?c", "ac", false), ("team/*", "team/sub/app", true), ("team/*", "teams/app", false),
      ("*a*b*", "xaxb", true), ("*ab", "aab", true), ("abc", "abc", true), ("abc", "abcd", false),
    ])
  func patterns(pattern: String, name: String, matches: Bool) {
    #expect(NamePattern(pattern).matches(name) == matches)
  }

  @Test("a pattern that could go back for ever ends soon")
  func longPattern() {
    let pattern = String(repeating: "a*", count: 2_000) + "b"
    #expect(!NamePattern(pattern).matches(String(repeating: "a", count: 4_000)))
  }

  private let tags = ["latest", "1.10", "1.9", "2.0-rc1", "2.0", "1.2.3", "v1.11", "edge", "3.0"]

  @Test(
    "tags by pattern, by range and by age",
    arguments: [
      ("1.*", ["1.2.3", "1.9", "1.10"]), (">=1.9 <2", ["1.9", "1.10", "v1.11"]),
      (">=1.9,<2.0-alpha", ["1.9", "1.10", "v1.11"]), (">2.0", ["3.0"]), ("=2.0", ["2.0"]),
      ("<= 1.9", ["1.2.3", "1.9"]), ("newest:2", ["2.0", "3.0"]),
      ("newest:99", ["1.2.3", "1.9", "1.10", "v1.11", "2.0-rc1", "2.0", "3.0"]), ("lat*", ["latest"]),
    ])
  func chosen(text: String, expected: [String]) throws {
    #expect(try #require(TagSelection(parsing: text)).chosen(from: tags) == expected)
  }

  @Test("several choices must all hold, the newest of what is left")
  func combined() throws {
    let choices = try ["newest:1", "1.*"].map { try #require(TagSelection(parsing: $0)) }
    #expect(choices.chosen(from: tags) == ["1.10"])
    #expect([TagSelection]().chosen(from: ["b", "a"]) == ["a", "b"])
    #expect(TagSelection.newest(1).chosen(from: ["edge", "latest"]) == ["latest"])
  }

  @Test(
    "what is no choice",
    arguments: ["", "~1", "^1.2", ">=", ">=latest", "newest:0", "newest:x", "newest:-1", "a b", "1/2", ">=1 2"])
  func malformed(text: String) {
    #expect(TagSelection(parsing: text) == nil)
  }

  @Test("patterns of images")
  func images() throws {
    let team = try ImagePattern(parsing: "harbor.example.com:8443/team/*")
    #expect("\(team.registry)" == "harbor.example.com:8443")
    #expect(team.repository == NamePattern("team/*"))
    #expect(team.tag == nil)
    #expect(team.fixedPath == ["team"])
    let tagged = try ImagePattern(parsing: "h.example/*/app:1.*")
    #expect(tagged.repository == NamePattern("*/app"))
    #expect(tagged.tag == NamePattern("1.*"))
    #expect(tagged.fixedPath.isEmpty)
    #expect(try ImagePattern(parsing: "nginx").repository == NamePattern("library/nginx"))
    #expect(try ImagePattern(parsing: "bitnami/*").registry.isDockerHub)
    for text in ["h.example/Team/*", "h*.example.com/a", "h.example/a*@sha256:\(String(repeating: "0", count: 64))"] {
      #expect(throws: ImageReferenceError.self) { try ImagePattern(parsing: text) }
    }
  }
}
