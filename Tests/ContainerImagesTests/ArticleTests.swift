import FoundationEssentials
import Testing

/// The article's code is that of Examples, which is compiled as another package would be.
@Suite struct ArticleTests {
  @Test func `Each snippet of the article is a part of the examples`() throws {
    let path = #filePath
    let top = String(path.prefix(upTo: try #require(path.firstRange(of: "/Tests/")).lowerBound))
    let article = try String(
      contentsOfFile: top + "/Sources/ContainerImages/ContainerImages.docc/ContainerImages.md", encoding: .utf8)
    let examples = lines(try String(contentsOfFile: top + "/Examples/Examples.swift", encoding: .utf8))
    let snippets = article.split(separator: "```swift\n").dropFirst().map {
      lines(String($0.split(separator: "```")[0]))
    }
    #expect(snippets.count == 5)
    for snippet in snippets {
      #expect(examples.contains(snippet), "no example has \(snippet.first ?? "")")
    }
  }

  /// Without the space that the code around decides.
  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
  }
}
