import DrayMessages

/// A whole number that an option takes.
enum OptionNumber {
  /// - Returns: nil where the option is not given.
  static func read(_ text: String?, _ option: String, _ range: ClosedRange<Int>) throws(UsageError) -> Int? {
    guard let text else { return nil }
    guard text.utf8.count <= 9, let number = Int(text), range.contains(number) else {
      throw .number(option: option, text, range)
    }
    return number
  }
}
