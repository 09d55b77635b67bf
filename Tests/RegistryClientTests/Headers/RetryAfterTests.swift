import Testing

@testable import RegistryClient

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
      ("1746136938", 1_746_136_938), ("1000000000000000000", 253_402_300_799),
      ("99999999999999999999999", 253_402_300_799),
    ])
  func forms(text: String, instant: Int64) {
    #expect(RetryAfter(parsing: text, now: Self.now)?.instant == instant)
  }

  @Test(
    "T054: what is no time is nothing",
    arguments: ["", "-1", "abc", "1.5", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", "GMT"])
  func nothing(text: String) {
    #expect(RetryAfter(parsing: text, now: Self.now) == nil)
  }
}
