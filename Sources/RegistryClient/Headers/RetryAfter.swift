/// When a server wants to be asked again (RFC 9110 §10.2.3).
package struct RetryAfter: Sendable, Hashable {
  /// Larger numbers of seconds are the time itself, counted from 1970, as some APIs write it.
  static let largestDelay: Int64 = 100_000_000

  /// Seconds since 1970; now, where the server named a time that has passed.
  package let instant: Int64

  /// - Parameter now: seconds since 1970.
  package init?(parsing text: String, now: Int64) {
    let text = text.trimmingBlanks
    if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      // More digits than fit is a time that never comes.
      let number = Int64(text) ?? Int64.max
      let instant = number > Self.largestDelay ? number : now.addingReportingOverflow(number).partialValue
      self.instant = max(instant, now)
      return
    }
    guard let date = HTTPDate(parsing: String(text)) else { return nil }
    instant = max(date.seconds, now)
  }
}

/// A date in one of the three forms of RFC 9110 §5.6.7.
package struct HTTPDate: Sendable, Hashable {
  /// Since 1970.
  package let seconds: Int64

  package init?(parsing text: String) {
    guard text.utf8.count <= 64 else { return nil }
    let words = text.split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
    // Sun, 06 Nov 1994 08:49:37 GMT · Sunday, 06-Nov-94 08:49:37 GMT · Sun Nov  6 08:49:37 1994
    let fields: (day: String, month: String, year: String, time: String)
    if words.count == 6, words[5] == "GMT" {
      fields = (words[1], words[2], words[3], words[4])
    } else if words.count == 5 {
      fields = (words[2], words[1], words[4], words[3])
    } else {
      return nil
    }
    guard let month = Self.months.firstIndex(of: fields.month), let day = Self.number(fields.day, 1...31),
      var year = Self.number(fields.year, 0...9999)
    else { return nil }
    if fields.year.count == 2 { year += year < 70 ? 2000 : 1900 }
    let time = fields.time.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard time.count == 3, let hour = Self.number(time[0], 0...23), let minute = Self.number(time[1], 0...59),
      let second = Self.number(time[2], 0...60)
    else { return nil }
    seconds = Self.days(year: year, month: month + 1, day: day) * 86_400 + hour * 3600 + minute * 60 + second
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private static func number(_ text: String, _ range: ClosedRange<Int64>) -> Int64? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(text), range.contains(number)
    else { return nil }
    return number
  }

  /// Days since 1970 in the Gregorian calendar, from the year's beginning in March.
  private static func days(year: Int64, month: Int, day: Int64) -> Int64 {
    let shifted = month > 2 ? year : year - 1
    let era = shifted >= 0 ? shifted / 400 : (shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let monthFromMarch = Int64((month + 9) % 12)
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}

extension StringProtocol {
  /// Without the optional white space of RFC 9110 §5.6.3 at both ends.
  var trimmingBlanks: Substring {
    var rest = Substring(self)
    while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return rest
  }
}
