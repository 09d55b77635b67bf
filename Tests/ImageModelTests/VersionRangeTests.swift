import ImageModel
import Testing

@Suite("Ranges of versions, as the tools read them")
struct VersionRangeTests {
  @Test(
    "T225: skopeo's ranges mean what Masterminds/semver makes of them",
    arguments: [
      (">= 3.12.0", "3.12.0 v3.13 4", "3.11.9 3.13.0-rc1 latest 3.13.0-alpine"),
      (">=1.2, <2 || ^3", "1.2.0 1.9 3.0.1", "2.0.0 4.0.0 1.1"), ("1.2.x", "1.2.0 1.2.9", "1.3.0 1.2.0-rc1"),
      ("1.2", "1.2.0 1.2.9", "1.3.0"), ("~1.2.3", "1.2.3 1.2.9", "1.3.0 1.2.2"), ("~1", "1.0.0 1.9.9", "2.0.0"),
      ("^0.2.3", "0.2.3 0.2.9", "0.3.0 0.2.2"), ("^0.0.3", "0.0.3", "0.0.4"), ("^0.0", "0.0.9", "0.1.0"),
      ("^0", "0.9.0", "1.0.0"), ("1.2 - 1.4.5", "1.2.0 1.4.5", "1.4.6 1.1"), (">11", "12.0.0", "11.9.9"),
      ("<=11", "11.9.9", "12.0.0"), ("!=1.2", "1.3.0 1.1.9", "1.2.5"), ("!=1.2.3", "1.2.4", "1.2.3"),
      ("*", "1.0.0 0", "1.0.0-rc1 latest"), (">=1.0.0-0", "1.0.0-rc1 1.0.0 2.0.0-a", "0.9.0"),
      (">=1.0.0-rc.2", "1.0.0-rc.10", "1.0.0-rc.1 1.0.0-rc"),
    ])
  func masterminds(range: String, inside: String, outside: String) throws {
    let range = try #require(VersionRange(parsing: range, .masterminds))
    for tag in inside.split(separator: " ") { #expect(range.contains(String(tag)), "\(range) \(tag)") }
    for tag in outside.split(separator: " ") { #expect(!range.contains(String(tag)), "\(range) \(tag)") }
  }

  @Test(
    "T225: regsync's ranges mean what regclient makes of them",
    arguments: [
      (">=1.0.0 <2.0.0", "1.0.0 1.9.9-alpine 1.2.3.4", "2.0.0 0.9 latest"), ("1.2", "1.2.0 1.2", "1.2.1"),
      ("~1", "1.0.5", "1.1.0"), ("^0.2.3", "0.2.4 0.3.0-rc1", "0.3.0"), ("^1.2.3", "1.9.0", "2.0.0 1.2.2"),
    ])
  func regclient(range: String, inside: String, outside: String) throws {
    let range = try #require(VersionRange(parsing: range, .regclient))
    for tag in inside.split(separator: " ") { #expect(range.contains(String(tag)), "\(range) \(tag)") }
    for tag in outside.split(separator: " ") { #expect(!range.contains(String(tag)), "\(range) \(tag)") }
  }

  @Test(
    "T225: what is no range is none",
    arguments: ["", ">=", "latest", "1.x.2", ">>1", "|| 1", "1..2", "99999999999999999999"])
  func refused(text: String) {
    #expect(VersionRange(parsing: text, .masterminds) == nil)
  }
}
