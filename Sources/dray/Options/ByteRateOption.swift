import DrayMessages
import ImageModel

/// A rate that an option takes: a whole number of bytes a second, or of K, M or G (1,024 of one another).
enum ByteRateOption {
  /// - Returns: bytes a second; nil where the option is not given.
  static func read(_ text: String?) throws(UsageError) -> Int64? {
    guard let text else { return nil }
    let units: [Character: Int64] = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30]
    let unit = text.last.flatMap { units[Character($0.lowercased())] }
    let digits = unit == nil ? text[...] : text.dropLast()
    guard digits.utf8.count <= 9, digits.utf8.allSatisfy(\.isDigit), let number = Int64(digits),
      number > 0
    else { throw .rate(text) }
    return number * (unit ?? 1)
  }
}
