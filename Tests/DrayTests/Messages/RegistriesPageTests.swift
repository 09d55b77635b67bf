import FoundationEssentials
import Testing

struct RegistriesPageTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test("Every habit in docs/registries.md is proven by tests that there are, or is out of reach")
  func testsExist() throws {
    let page = try Self.text(Self.root.appending(path: "docs/registries.md"))
    let tests = try Self.sources(in: Self.root.appending(path: "Tests"))
    var count = 0
    for row in page.split(separator: "\n") where row.hasPrefix("|") && !row.contains("---") {
      let cells = row.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
      guard let last = cells.last, !last.hasSuffix("proven by ") else { continue }
      let names = last.split(separator: "`").filter { !$0.allSatisfy { " ,".contains($0) } }
      #expect(!names.isEmpty || row.contains("out of reach: "), "docs/registries.md: nothing proves \(row)")
      for name in names {
        count += 1
        #expect(tests.contains("\"\(name)\""), "docs/registries.md: there is no test “\(name)”")
      }
    }
    #expect(count > 40)
  }

  private static func text(_ file: URL) throws -> String {
    String(decoding: try Data(contentsOf: file), as: UTF8.self)
  }

  private static func sources(in folder: URL) throws -> String {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix("Tests.swift") }
      .map { try text(folder.appending(path: $0)) }.joined()
  }
}
