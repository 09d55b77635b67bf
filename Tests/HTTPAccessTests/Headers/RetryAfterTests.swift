import Testing

@testable import HTTPAccess

@Suite("Retry-After")
struct RetryAfterTests {
  /// Sun, 06 Nov 1994 08:49:37 GMT.
  private static let now: Int64 = 784_111_777

  @Test(
    "T054, T055: every form that servers write",
    arguments: [
      ("2", now + 2), ("0", now), (" 120 ", now + 120), ("86400", now + 86_400),
      ("Sun, 06 Nov 1994 08:49:39 GMT", now + 2), ("Sunday, 06-Nov-94 08:49:39 GMT", now + 2),
      ("Sun Nov  6 08:49:39 1994", now + 2), ("Sun, 06 Nov 1994 08:00:00 GMT", now),
      ("1746136938", 1_746_136_938), ("1000000000000000000", RetryAfter.latest),
      ("99999999999999999999999", RetryAfter.latest), ("100000000", now + 100_000_000), ("100000001", now),
      ("\t2 ", now + 2), ("Tue, 29 Feb 2000 00:00:00 GMT", 951_782_400),
    ] as [(String, Int64)])
  func forms(text: String, instant: Int64) {
    #expect(RetryAfter(parsing: text, now: Self.now)?.instant == instant)
  }

  @Test(
    "T054: what is no time is nothing",
    arguments: [
      "", "-1", "abc", "1.5", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", "GMT",
      "+5", "5s", "0x5", "٥", "5\r\n6", "Sun, 31 Nov 1994 08:49:37 GMT", "Mon, 29 Feb 1999 00:00:00 GMT",
      "Sun, 06 Nov 1994 08:49:37", "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT",
      "Sun, 06 Nov 99999 08:49:37 GMT", "Sun Nov 6 08:49:37 1994 GMT", "1994-11-06T08:49:37Z",
    ])
  func nothing(text: String) {
    #expect(RetryAfter(parsing: text, now: Self.now) == nil)
  }

  @Test("T055: a clock at either end of time does no harm", arguments: [Int64.min, 0, Int64.max])
  func clocks(now: Int64) {
    for text in ["5", "100000000", "1746136938", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"] {
      #expect(RetryAfter(parsing: text, now: now).map { $0.instant >= now } == true)
    }
  }

  @Test(
    "dates count from 1970, over all leap years",
    arguments: [
      ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
      ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 29 Feb 2024 12:00:00 GMT", 1_709_208_000),
      ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200), ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
      ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799), ("Mon, 01 Jan 0001 00:00:00 GMT", -62_135_596_800),
      ("Sat, 30 Jun 2012 23:59:60 GMT", 1_341_100_800),
    ] as [(String, Int64)])
  func dates(text: String, seconds: Int64) {
    #expect(HTTPDate(parsing: text, now: Self.now)?.seconds == seconds)
    // A leap second is told as the second after it.
    #expect(HTTPDate(seconds: seconds).text == text || text.hasSuffix(":60 GMT"))
  }

  @Test(
    "a year of two digits is the one less than 50 years ahead",
    arguments: [("94", 1994), ("70", 1970), ("43", 2043), ("46", 1946), ("00", 2000)])
  func shortYears(text: String, year: Int) {
    // From 1994.
    let date = HTTPDate(parsing: "Sunday, 06-Nov-\(text) 00:00:00 GMT", now: Self.now)
    let full = HTTPDate(parsing: "Sun, 06 Nov \(year) 00:00:00 GMT", now: Self.now)
    #expect(date == full)
    #expect(date != nil)
  }
}
