import FileAccess
import TarFormat

/// The time of a file's last change, in UTC.
enum FileTime {
  /// `2026-03-01T09:00:00Z`; seconds since 1970 for a year that does not have four digits.
  static func text(_ time: TarTime) -> String {
    var (seconds, fields) = (time_t(time.seconds), tm())
    // 0000-01-01 to 9999-12-31.
    guard (-62_167_219_200...253_402_300_799).contains(time.seconds), gmtime_r(&seconds, &fields) != nil else {
      return "\(time.seconds)"
    }
    let date = [digits(fields.tm_year + 1900, 4), digits(fields.tm_mon + 1, 2), digits(fields.tm_mday, 2)]
    let clock = [fields.tm_hour, fields.tm_min, fields.tm_sec].map { digits($0, 2) }
    return date.joined(separator: "-") + "T" + clock.joined(separator: ":") + "Z"
  }

  private static func digits(_ number: Int32, _ count: Int) -> String {
    let text = "\(number)"
    return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
  }
}
