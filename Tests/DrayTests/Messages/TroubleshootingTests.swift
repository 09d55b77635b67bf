import FoundationEssentials
import Glibc
import Testing

@testable import dray

@Suite(.serialized)
struct TroubleshootingTests {
  init() {
    // Messages show the local time.
    setenv("TZ", "UTC0", 1)
    tzset()
  }

  /// What stands before the prose of each error's and each warning's entry, by its name.
  private static let samples: [(anchor: String, head: [String])] = {
    var seen: Set<String> = []
    return MessageSamples.all.compactMap { sample in
      guard let entry = entry(sample), seen.insert(entry.anchor).inserted else { return nil }
      return entry
    }
  }()

  private static func entry(_ sample: MessageSample) -> (anchor: String, head: [String])? {
    if let warning = sample.warning {
      let anchor = "warning-\(warning.name ?? sample.name)"
      return (anchor, TroubleshootingPage.head(warning.words, name: warning.name, anchor: anchor))
    }
    return sample.failure.map { ($0.anchor, TroubleshootingPage.head($0.report, anchor: $0.anchor)) }
  }

  @Test("Every error message and every warning has an entry in docs/troubleshooting.md")
  func complete() throws {
    var page = try TroubleshootingPage()
    if ProcessInfo.processInfo.environment["DRAY_RECORD_SNAPSHOTS"] == "1" {
      for sample in Self.samples {
        page.write(sample.head, anchor: sample.anchor)
      }
      return try page.save()
    }
    for sample in Self.samples {
      guard let entry = page.entry(sample.anchor) else {
        Issue.record(
          """
          docs/troubleshooting.md has no entry “\(sample.anchor)”. Run this test with DRAY_RECORD_SNAPSHOTS=1: it adds \
          the entry's head at the end of the page. Move that to the section where it belongs, and write beneath what \
          the message means and what to do.
          """)
        continue
      }
      #expect(
        entry.head == sample.head,
        "“\(sample.anchor)” shows another message: run this test with DRAY_RECORD_SNAPSHOTS=1, and read the entry")
      #expect(
        !entry.prose.isEmpty,
        "“\(sample.anchor)” in docs/troubleshooting.md says nothing: write what it means and what to do")
    }
    #expect(Self.samples.count > 100)
  }

  @Test("docs/troubleshooting.md has no entry twice, and none for a message that is gone")
  func current() throws {
    let anchors = try TroubleshootingPage().anchors
    #expect(Set(anchors).count == anchors.count)
    let gone = Set(anchors).subtracting(Self.samples.map(\.anchor))
    #expect(gone.isEmpty, "remove these entries from docs/troubleshooting.md, or give their messages a sample")
  }
}
