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
    for row in Self.rows(of: page, headEnding: "proven by") {
      guard let last = Self.cells(of: row).last else { continue }
      let names = last.split(separator: "`").filter { !$0.allSatisfy { " ,".contains($0) } }
      #expect(!names.isEmpty || row.contains("out of reach: "), "docs/registries.md: nothing proves \(row)")
      for name in names {
        count += 1
        #expect(tests.contains("\"\(name)\""), "docs/registries.md: there is no test “\(name)”")
      }
    }
    #expect(count > 40)
  }

  @Test("Every registry whose exchanges are recorded has its sources in docs/registries.md, or is said to have none")
  func sources() throws {
    let page = try Self.text(Self.root.appending(path: "docs/registries.md"))
    var registries = [
      "Docker Hub", "GHCR", "Quay", "GitLab", "ECR", "ECR Public", "ACR", "Google", "Nexus", "Artifactory",
    ]
    registries += ["NGC", "MCR"]
    let rows = Self.rows(of: page, headEnding: "what it shows")
    #expect(rows.map { Self.cells(of: $0).first ?? "" } == registries)
    for row in rows {
      #expect(row.contains("](https://"), "no source has an address: \(row)")
      #expect(Self.cells(of: row).allSatisfy { !$0.isEmpty }, "\(row)")
    }
  }

  /// The rows of the tables whose last column has this head.
  private static func rows(of page: String, headEnding head: String) -> [Substring] {
    var rows: [Substring] = []
    var isRight = false
    var isHead = true
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        isHead = true
        continue
      }
      if isHead { isRight = cells(of: line).last == head }
      if isRight, !isHead, !line.contains("| --- |") { rows.append(line) }
      isHead = false
    }
    return rows
  }

  private static func cells(of row: Substring) -> [String] {
    row.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast().map { cell in
      String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
  }

  private static func text(_ file: URL) throws -> String {
    String(decoding: try Data(contentsOf: file), as: UTF8.self)
  }

  private static func sources(in folder: URL) throws -> String {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix("Tests.swift") }
      .map { try text(folder.appending(path: $0)) }.joined()
  }
}
