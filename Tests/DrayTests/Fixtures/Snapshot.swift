import FoundationEssentials
import Testing

/// A text that was looked at once and must stay as it is.
///
/// The texts are files in Tests/Snapshots/dray. With `DRAY_RECORD_SNAPSHOTS=1` they are written anew instead of
/// compared: look at the difference before it is committed.
enum Snapshot {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Snapshots/dray")

  static func text(_ name: String) -> String {
    (try? Data(contentsOf: folder.appending(path: "\(name).txt"))).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  static func check(_ actual: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    if ProcessInfo.processInfo.environment["DRAY_RECORD_SNAPSHOTS"] == "1" {
      return try Data(actual.utf8).write(to: folder.appending(path: "\(name).txt"))
    }
    let expected = text(name).split(separator: "\n", omittingEmptySubsequences: false)
    let lines = actual.split(separator: "\n", omittingEmptySubsequences: false)
    for (number, (line, wanted)) in zip(lines, expected).enumerated() where line != wanted {
      Issue.record("\(name).txt:\(number + 1): \(line)\n  was: \(wanted)", sourceLocation: sourceLocation)
    }
    #expect(lines.count == expected.count, "\(name).txt has another number of lines", sourceLocation: sourceLocation)
  }
}
