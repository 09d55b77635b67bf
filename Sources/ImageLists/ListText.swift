/// The text of a file that people and programs of all systems write.
enum ListText {
  /// Reads UTF-8, and UTF-16 with its mark, as PowerShell's `>` writes it. What stands in comments may be in any encoding.
  static func read(_ bytes: [UInt8]) throws(ImageListError) -> String {
    if let text = utf16(bytes) { return text }
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    guard !bytes.contains(0) else { throw ImageListError(.notText, line: nil) }
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var lines: [String] = []
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      if let text = String(validating: line, as: UTF8.self) {
        lines.append(text)
        continue
      }
      let said = line.prefix { $0 != UInt8(ascii: "#") }
      guard said.count < line.count, let text = String(validating: said, as: UTF8.self) else {
        throw ImageListError(.notText, line: index + 1)
      }
      lines.append(text)
    }
    return lines.joined(separator: "\n")
  }

  /// Nil where the text has no mark of UTF-16.
  private static func utf16(_ bytes: [UInt8]) -> String? {
    let isLittle = bytes.starts(with: [0xFF, 0xFE])
    guard bytes.count > 2, bytes.count.isMultiple(of: 2), isLittle || bytes.starts(with: [0xFE, 0xFF]) else {
      return nil
    }
    let units = stride(from: 2, to: bytes.count, by: 2).map { index -> UInt16 in
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return isLittle ? second << 8 | first : first << 8 | second
    }
    guard !units.contains(0) else { return nil }
    return String(validating: units, as: UTF16.self)
  }
}
