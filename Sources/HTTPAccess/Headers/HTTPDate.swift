import ImageModel

/// A date in one of the three forms of RFC 9110 §5.6.7.
package struct HTTPDate: Sendable, Hashable {
  /// Since 1970.
  package let seconds: Int64

  package init(seconds: Int64) { self.seconds = seconds }

  /// The form that is sent (IMF-fixdate, RFC 9110 §5.6.7), for the years 0 to 9999.
  package var text: String {
    let days = seconds.quotient(by: 86_400)
    let time = seconds - days * 86_400
    let date = Self.date(days)
    let weekday = Self.weekdays[Int((days + 4) - (days + 4).quotient(by: 7) * 7)]
    let clock = [time / 3600, time / 60 % 60, time % 60].map { Self.padded($0, 2) }.joined(separator: ":")
    let month = Self.months[Int(date.month - 1)]
    return "\(weekday), \(Self.padded(date.day, 2)) \(month) \(Self.padded(date.year, 4)) \(clock) GMT"
  }

  /// - Parameter now: seconds since 1970, by which a year of two digits is read.
  package init?(parsing text: String, now: Int64) {
    guard text.utf8.count <= 64, let fields = Self.fields(text),
      let month = Self.months.firstIndex(of: fields.month).map({ Int64($0) + 1 }),
      let year = Self.year(fields.year, now: now), let day = Self.number(fields.day, digits: 1...2, in: 1...31),
      day <= Self.length(ofMonth: month, year: year), let time = Self.secondsOfDay(fields.time)
    else { return nil }
    seconds = Self.days(year: year, month: month, day: day) * 86_400 + time
  }

  private typealias Fields = (day: Substring, month: Substring, year: Substring, time: Substring)

  /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`.
  private static func fields(_ text: String) -> Fields? {
    let words = text.split(separator: " ")
    guard let first = words.first, first.utf8.allSatisfy({ $0.isLetter || $0 == UInt8(ascii: ",") })
    else { return nil }
    switch (words.count, words.last) {
    case (6, "GMT") where first.hasSuffix(","): return (words[1], words[2], words[3], words[4])
    case (4, "GMT") where first.hasSuffix(","):
      let date = words[1].split(separator: "-", omittingEmptySubsequences: false)
      return date.count == 3 ? (date[0], date[1], date[2], words[2]) : nil
    case (5, _) where !first.hasSuffix(","): return (words[2], words[1], words[4], words[3])
    default: return nil
    }
  }

  private static let months: [Substring] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

  private static func padded(_ number: Int64, _ digits: Int) -> String {
    let text = "\(number)"
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }

  private static func number(
    _ text: Substring, digits: ClosedRange<Int>, in range: ClosedRange<Int64>
  ) -> Int64? {
    guard digits.contains(text.utf8.count), text.utf8.allSatisfy(\.isDigit),
      let number = Int64(text), range.contains(number)
    else { return nil }
    return number
  }

  /// A year of two digits is the last one that is not more than 50 years ahead.
  private static func year(_ text: Substring, now: Int64) -> Int64? {
    guard text.utf8.count == 2 else { return number(text, digits: 4...4, in: 1...9999) }
    guard let short = number(text, digits: 2...2, in: 0...99) else { return nil }
    // Near enough for a century: the average year has 31,556,952 seconds.
    let latest = min(max(1970 + now / 31_556_952, 100), 9_949) + 50
    let year = latest - latest % 100 + short
    return year > latest ? year - 100 : year
  }

  /// A leap second is the second after it.
  private static func secondsOfDay(_ text: Substring) -> Int64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let hour = number(parts[0], digits: 1...2, in: 0...23),
      let minute = number(parts[1], digits: 2...2, in: 0...59), let second = number(parts[2], digits: 2...2, in: 0...60)
    else { return nil }
    return hour * 3600 + minute * 60 + second
  }

  private static func length(ofMonth month: Int64, year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970 in the Gregorian calendar. The year is counted from March, so that the leap day is its last.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month > 2 ? year : year - 1
    let monthFromMarch = (month + 9) % 12
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
  }
  /// The other way, over eras of 400 years.
  private static func date(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = shifted.quotient(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = (monthFromMarch + 2) % 12 + 1
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}

extension Int64 {
  /// Rounded down, also for what is negative.
  fileprivate func quotient(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
