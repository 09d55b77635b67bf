import TarFormat

/// The time of a file's last change, in UTC.
enum FileTime {
  /// `2026-03-01T09:00:00Z`; seconds since 1970 for a year that does not have four digits.
  static func text(_ time: TarTime) -> String {
    // 0000-01-01 to 9999-12-31.
    guard (-62_167_219_200...253_402_300_799).contains(time.seconds) else { return "\(time.seconds)" }
    let seconds = Int(time.seconds)
    let second = ((seconds % 86_400) + 86_400) % 86_400
    // Days from 0000-03-01, so that a leap day is the last day of a year.
    let days = (seconds - second) / 86_400 + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let day = days - era * 146_097
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * year + year / 4 - year / 100)
    let month = (5 * dayOfYear + 2) / 153
    let date = [
      digits(year + era * 400 + (month >= 10 ? 1 : 0), 4), digits(month < 10 ? month + 3 : month - 9, 2),
      digits(dayOfYear - (153 * month + 2) / 5 + 1, 2),
    ]
    let clock = [second / 3_600, second / 60 % 60, second % 60].map { digits($0, 2) }
    return date.joined(separator: "-") + "T" + clock.joined(separator: ":") + "Z"
  }

  private static func digits(_ number: Int, _ count: Int) -> String {
    let text = "\(number)"
    return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
  }
}
