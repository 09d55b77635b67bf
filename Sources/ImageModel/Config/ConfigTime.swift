/// A time as engines read it (RFC 3339, and what Go's `time` takes beside it: an hour of one digit, a comma).
enum ConfigTime {
  static func isValid(_ text: String) -> Bool {
    var rest = Substring(text).utf8
    /// Takes a number of so many digits.
    func number(_ digits: ClosedRange<Int>) -> Int? {
      let found = rest.prefix(digits.upperBound).prefix { $0.isDigit }
      guard found.count >= digits.lowerBound else { return nil }
      rest = rest.dropFirst(found.count)
      return Int(Substring(found))
    }
    func take(_ marks: String) -> Bool {
      guard let first = rest.first, marks.utf8.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    guard let year = number(4...4), take("-"), let month = number(2...2), take("-"), let day = number(2...2),
      take("T"), let hour = number(1...2), take(":"), let minute = number(2...2), take(":"),
      let second = number(2...2), (1...12).contains(month), (1...days(inMonth: month, of: year)).contains(day),
      hour < 24, minute < 60, second < 60
    else { return false }
    if take(".,") {
      guard number(1...1) != nil else { return false }
      while number(1...1) != nil {}
    }
    if take("Z") { return rest.isEmpty }
    guard take("+-"), let hours = number(2...2), take(":"), let minutes = number(2...2) else { return false }
    return rest.isEmpty && hours <= 24 && minutes <= 60
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
