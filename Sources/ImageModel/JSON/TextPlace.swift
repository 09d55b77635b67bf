/// A place in a text that a person has written: what an editor shows.
public struct TextPlace: Sendable, Hashable {
  /// Counts from 1.
  public let line: Int
  /// Characters of Unicode, counted from 1.
  public let column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// - Parameter offset: of a byte; one behind the last is the text's end.
  package init(offset: Int, in bytes: [UInt8]) {
    let before = bytes.prefix(offset)
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    line = before[..<start].count { $0 == UInt8(ascii: "\n") } + 1
    column = String(decoding: before[start...], as: UTF8.self).unicodeScalars.count + 1
  }
}
