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

  /// One sample of each error, by the name of its entry.
  private static let samples: [(anchor: String, report: FailureReport)] = {
    var seen: Set<String> = []
    return MessageSamples.all.compactMap { sample in
      guard let failure = sample.failure, seen.insert(failure.anchor).inserted else { return nil }
      return failure
    }
  }()

  @Test("Every error message has an entry in docs/troubleshooting.md")
  func complete() throws {
    var page = try TroubleshootingPage()
    if ProcessInfo.processInfo.environment["DRAY_RECORD_SNAPSHOTS"] == "1" {
      for sample in Self.samples {
        page.write(TroubleshootingPage.head(sample.report, anchor: sample.anchor), anchor: sample.anchor)
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
        entry.head == TroubleshootingPage.head(sample.report, anchor: sample.anchor),
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
