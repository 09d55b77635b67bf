import ImageModel

/// When a server wants to be asked again (RFC 9110 §10.2.3).
package struct RetryAfter: Sendable, Hashable {
  /// Larger numbers of seconds are the time itself, counted from 1970, as some APIs write it.
  static let largestDelay: Int64 = 100_000_000
  /// The end of the year 9999: a later time is not one that anybody can print.
  static let latest: Int64 = 253_402_300_799

  /// Seconds since 1970; now, where the server named a time that has passed.
  package let instant: Int64

  /// - Parameter now: seconds since 1970.
  package init?(parsing text: String, now: Int64) {
    let trimmed = Self.withoutBlanks(text)
    guard let instant = Self.seconds(trimmed, now: now) ?? HTTPDate(parsing: trimmed, now: now)?.seconds else {
      return nil
    }
    self.instant = max(min(instant, Self.latest), now)
  }

  private static func withoutBlanks(_ text: String) -> String {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    let front = text.utf8.drop(while: isBlank)
    guard let last = front.lastIndex(where: { !isBlank($0) }) else { return "" }
    return String(text[front.startIndex...last])
  }

  private static func seconds(_ digits: String, now: Int64) -> Int64? {
    guard !digits.isEmpty, digits.utf8.allSatisfy(\.isDigit) else { return nil }
    // More digits than fit is a time that never comes.
    guard let number = Int64(digits), number <= largestDelay else { return Int64(digits) ?? latest }
    let (instant, overflow) = now.addingReportingOverflow(number)
    return overflow ? latest : instant
  }
}
