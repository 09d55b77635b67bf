import ImageModel

extension TOMLReader {
  mutating func value(depth: Int) throws(TOMLFault) -> TOMLValue {
    guard depth < Self.nesting else { throw fault(.tooDeep) }
    switch peek {
    case UInt8(ascii: "\""):
      return .string(try take("\"\"\"") ? multiline(closing: 0x22, escapes: true) : basicString())
    case UInt8(ascii: "'"):
      return .string(try take("'''") ? multiline(closing: 0x27, escapes: false) : literalString())
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "{"): return try inlineTable(depth: depth)
    default: return try word()
    }
  }

  private mutating func array(depth: Int) throws(TOMLFault) -> TOMLValue {
    offset += 1
    var values: [TOMLValue] = []
    while true {
      skipBlankLines()
      if take("]") { return .array(values) }
      values.append(try value(depth: depth + 1))
      skipBlankLines()
      guard take(",") else {
        guard take("]") else { throw fault(.unclosedArray) }
        return .array(values)
      }
    }
  }

  private mutating func inlineTable(depth: Int) throws(TOMLFault) -> TOMLValue {
    offset += 1
    var table = TOMLTable(making: .header)
    skipBlanks()
    if !take("}") {
      repeat {
        skipBlanks()
        let (path, value, line) = try pair(depth: depth + 1)
        try table.set(path[...], value, line: line)
        skipBlanks()
      } while take(",")
      guard take("}") else { throw fault(.unclosedTable) }
    }
    table.making = .inline
    return .table(table)
  }

  /// A boolean, a number or a time.
  private mutating func word() throws(TOMLFault) -> TOMLValue {
    let start = offset
    while let byte = peek, byte.isLetterOrDigit || "+-_.:".utf8.contains(byte) { offset += 1 }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    switch text {
    case "": throw fault(.missingValue)
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    default: break
    }
    if let number = Self.integer(text) { return .integer(number) }
    let first = text.utf8.first { !"+-".utf8.contains($0) }
    guard text == "inf" || text == "nan" || first.map(\.isDigit) == true || text.hasSuffix("inf")
    else { throw fault(.notAValue(String(text.prefix(40)))) }
    return .other(text)
  }

  private static func integer(_ text: String) -> Int64? {
    let digits = text.replacing("_", with: "")
    guard digits.utf8.count <= 70 else { return nil }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
      return Int64(digits.dropFirst(2), radix: radix)
    }
    return Int64(digits)
  }

  // MARK: Strings

  mutating func basicString() throws(TOMLFault) -> String {
    offset += 1
    var result: [UInt8] = []
    while let byte = peek, byte != 0x0a {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: result, as: UTF8.self)
      case UInt8(ascii: "\\"): result += try escape()
      default: result.append(byte)
      }
    }
    throw fault(.unclosedText)
  }

  mutating func literalString() throws(TOMLFault) -> String {
    offset += 1
    let start = offset
    while let byte = peek, byte != 0x0a {
      offset += 1
      if byte == UInt8(ascii: "'") { return String(decoding: bytes[start..<offset - 1], as: UTF8.self) }
    }
    throw fault(.unclosedText)
  }

  private mutating func multiline(closing quote: UInt8, escapes: Bool) throws(TOMLFault) -> String {
    let start = line
    if take("\r\n") || take("\n") { line += 1 }
    var result: [UInt8] = []
    while let byte = peek {
      if byte == quote, bytes[offset...].prefix(3).elementsEqual([quote, quote, quote]) {
        offset += 3
        // Up to two more quotes belong to the text.
        for _ in 0..<2 where peek == quote {
          result.append(quote)
          offset += 1
        }
        return String(decoding: result, as: UTF8.self)
      }
      offset += 1
      if byte == 0x0a { line += 1 }
      if byte == UInt8(ascii: "\\"), escapes {
        if !skipFoldedLine() { result += try escape() }
      } else {
        result.append(byte)
      }
    }
    throw TOMLFault(line: start, defect: .unclosedText)
  }

  /// A backslash at the end of a line takes the line's end and the blanks of the next lines away.
  private mutating func skipFoldedLine() -> Bool {
    var end = offset
    while end < bytes.count, [0x20, 0x09, 0x0d].contains(bytes[end]) { end += 1 }
    guard end < bytes.count, bytes[end] == 0x0a else { return false }
    offset = end
    while let byte = peek, [0x20, 0x09, 0x0d, 0x0a].contains(byte) {
      if byte == 0x0a { line += 1 }
      offset += 1
    }
    return true
  }

  private mutating func escape() throws(TOMLFault) -> [UInt8] {
    guard let byte = peek else { throw fault(.unclosedText) }
    offset += 1
    switch byte {
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "n"): return [0x0a]
    case UInt8(ascii: "f"): return [0x0c]
    case UInt8(ascii: "r"): return [0x0d]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return [byte]
    case UInt8(ascii: "u"): return try scalar(digits: 4)
    case UInt8(ascii: "U"): return try scalar(digits: 8)
    default: throw fault(.unknownEscape)
    }
  }

  private mutating func scalar(digits: Int) throws(TOMLFault) -> [UInt8] {
    let text = String(decoding: bytes[offset...].prefix(digits), as: UTF8.self)
    guard text.utf8.count == digits, text.utf8.allSatisfy(\.isLetterOrDigit),
      let number = UInt32(text, radix: 16), let scalar = Unicode.Scalar(number)
    else { throw fault(.unknownEscape) }
    offset += digits
    return Array(String(Character(scalar)).utf8)
  }
}
