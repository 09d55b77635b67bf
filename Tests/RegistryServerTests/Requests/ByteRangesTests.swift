import Testing

@testable import RegistryServer

@Suite struct ByteRangesTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let field: String?
    let expected: ByteRanges

    var testDescription: String { field ?? "none" }
  }

  /// Ranges of one byte each.
  private static func many(_ count: Int) -> String {
    "bytes=" + (0..<count).map { "\($0 * 2)-\($0 * 2)" }.joined(separator: ",")
  }

  static let cases: [Case] = [
    .init(field: nil, expected: .whole),
    .init(field: "bytes=0-", expected: .one(0..<5_000)),
    .init(field: "bytes=500-1499", expected: .one(500..<1_500)),
    .init(field: "bytes=500-", expected: .one(500..<5_000)),
    .init(field: "bytes=-500", expected: .one(4_500..<5_000)),
    .init(field: "bytes=-9000", expected: .one(0..<5_000)),
    .init(field: "bytes=2000-9000", expected: .one(2_000..<5_000)),
    .init(field: "bytes=4999-4999", expected: .one(4_999..<5_000)),
    .init(field: "BYTES = 1 - 2", expected: .one(1..<3)),
    .init(field: "bytes=1-99999999999999999999", expected: .one(1..<5_000)),
    .init(field: "bytes=500-0", expected: .unsatisfiable),
    .init(field: "bytes=5000-", expected: .unsatisfiable),
    .init(field: "bytes=5000-10000", expected: .unsatisfiable),
    .init(field: "bytes=-0", expected: .unsatisfiable),
    .init(field: "bytes=99999999999999999999-", expected: .unsatisfiable),
    .init(field: "bytes=0-1,4-5", expected: .several([0..<2, 4..<6])),
    .init(field: "bytes=4-5, 0-1", expected: .several([4..<6, 0..<2])),
    .init(field: "bytes=0-1,9000-", expected: .several([0..<2])),
    .init(field: "bytes=0-9,5-12", expected: .refused),
    .init(field: many(65), expected: .refused),
    .init(field: "lines=1-2", expected: .whole),
    .init(field: "bytes=", expected: .whole),
    .init(field: "bytes=a-b", expected: .whole),
    .init(field: "bytes=+1-2", expected: .whole),
    .init(field: "bytes=1", expected: .whole),
  ]

  @Test("T116: a Range field is read as its grammar says, whatever its numbers", arguments: cases)
  func read(_ example: Case) {
    #expect(ByteRanges(example.field, size: 5_000) == example.expected)
  }

  @Test("T116: a million ranges are refused, and 64 are not")
  func many() {
    guard case .several(let ranges) = ByteRanges(Self.many(64), size: 5_000) else {
      Issue.record("64 ranges are refused")
      return
    }
    #expect(ranges.count == 64 && ranges[63] == 126..<127)
    let endless = "bytes=" + String(repeating: "0-0,", count: 1_000_000)
    #expect(ByteRanges(endless, size: 5_000) == .refused)
  }
}
