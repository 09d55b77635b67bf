import FoundationEssentials
import Testing

@testable import DrayMessages
@testable import dray

@Suite(.serialized, .utc)
struct TroubleshootingTests {
  private static let languages: [Language] = [.english, .simplifiedChinese]

  /// One sample of each error and of each warning, by the name of its entry.
  private static let samples: [(anchor: String, sample: MessageSample)] = {
    var seen: Set<String> = []
    return MessageSamples.all.compactMap { sample in
      guard let anchor = anchor(of: sample), seen.insert(anchor).inserted else { return nil }
      return (anchor, sample)
    }
  }()

  private static func anchor(of sample: MessageSample) -> String? {
    if let warning = sample.warning { return "warning-\(warning.name ?? sample.name)" }
    return sample.failure?.anchor
  }

  /// What stands before the prose of its entry.
  private static func head(of sample: MessageSample, anchor: String, on page: TroubleshootingPage) -> [String] {
    if let warning = sample.warning { return page.head(warning.words, name: warning.name, anchor: anchor) }
    return sample.failure.map { page.head($0.report, anchor: anchor) } ?? []
  }

  @Test(
    "Every error message and every warning has an entry in docs/troubleshooting.md, in both languages",
    arguments: languages)
  func complete(language: Language) throws {
    var page = try TroubleshootingPage(language)
    if ProcessInfo.processInfo.environment["DRAY_RECORD_SNAPSHOTS"] == "1" {
      for (anchor, sample) in Self.samples {
        page.write(Self.head(of: sample, anchor: anchor, on: page), anchor: anchor)
      }
      return try page.save()
    }
    for (anchor, sample) in Self.samples {
      guard let entry = page.entry(anchor) else {
        Issue.record(
          """
          \(page.name) has no entry “\(anchor)”. Run this test with DRAY_RECORD_SNAPSHOTS=1: it adds the entry's head \
          at the end of the page. Move that to the section where it belongs, and write beneath what the message means \
          and what to do, in the page's language.
          """)
        continue
      }
      #expect(
        entry.head == Self.head(of: sample, anchor: anchor, on: page),
        "“\(anchor)” shows another message: run this test with DRAY_RECORD_SNAPSHOTS=1, and read the entry")
      #expect(
        !entry.prose.isEmpty, "“\(anchor)” in \(page.name) says nothing: write what it means and what to do")
      if language == .simplifiedChinese {
        let isChinese = entry.prose.joined().unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
        #expect(isChinese, "“\(anchor)” in \(page.name) is not in Chinese")
      }
    }
    #expect(Self.samples.count > 100)
  }

  @Test("docs/troubleshooting.md has no entry twice, and none for a message that is gone", arguments: languages)
  func current(language: Language) throws {
    let page = try TroubleshootingPage(language)
    #expect(Set(page.anchors).count == page.anchors.count)
    let gone = Set(page.anchors).subtracting(Self.samples.map(\.anchor))
    #expect(gone.isEmpty, "remove these entries from \(page.name), or give their messages a sample")
  }
}
