import Testing

@testable import HTTPAccess

@Suite("Content-Range and Range")
struct RangeHeaderTests {
  @Test(
    "T018: only a well-formed range of bytes is read",
    arguments: [
      ("bytes 0-0/1", 0..<1, 1), ("bytes 5-9/10", 5..<10, 10), ("Bytes 5-9/*", 5..<10, nil),
    ] as [(String, Range<Int64>, Int64?)])
  func good(text: String, range: Range<Int64>, total: Int64?) throws {
    let content = try #require(ContentRange(parsing: text))
    #expect(content.range == range)
    #expect(content.total == total)
  }

  @Test(
    "T018: everything else is nothing",
    arguments: [
      "", "bytes", "bytes ", "lines 0-1/2", "bytes 9-5/10", "bytes 0-10/10", "bytes -1-5/10", "bytes 0-/10",
      "bytes 0-5", "bytes 0-5/", "bytes 0-5/6/7", "bytes 0-18446744073709551616/*", "bytes 0-9223372036854775807/*",
      "bytes a-b/c", "bytes */*", "bytes 0x0-0x5/0x6", "bytes 0 - 5/6", "bytes 0-5/ 6", "bytes +0-5/6",
      "bytes=0-5/6", "bytes  0-5/6", " bytes 0-5/6", "bytes 0-5/6 ", "bytes */", "bytes */-1", "bytes 0-5/*6",
      "bytes 0-5,7-8/10", "bytes ٠-٥/٦", "bytes 0-5/6\r\n", "bytes \(String(repeating: "0", count: 200))-5/6",
    ])
  func bad(text: String) {
    #expect(ContentRange(parsing: text) == nil)
  }

  @Test("an unsatisfied range names the size")
  func unsatisfied() throws {
    let content = try #require(ContentRange(parsing: "bytes */1234"))
    #expect(content.range == nil)
    #expect(content.total == 1234)
  }

  @Test("T021: a range is always asked for with its end")
  func header() {
    #expect(ByteRange(10..<20).headerValue == "bytes=10-19")
  }
}
