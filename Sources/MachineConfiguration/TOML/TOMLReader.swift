import ImageModel

/// Reads TOML: all of version 1.0 that configuration files are written in, and no value without its line.
///
/// It is here because no library for Swift tells where a value stands. It takes linear time but for the look-up of keys,
/// and nests at most ``nesting`` levels.
package struct TOMLReader {
  static let nesting = 64
  /// More keys in one table than any file of configuration has.
  static let keyLimit = 2_000

  let bytes: [UInt8]
  var offset = 0
  var line = 1

  /// - Throws: ``TOMLFault``.
  package static func read(_ bytes: [UInt8]) throws(TOMLFault) -> TOMLTable {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw TOMLFault(line: 1, defect: .notUTF8) }
    let start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    var reader = TOMLReader(bytes: Array(bytes[start...]))
    return try reader.document()
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  private mutating func document() throws(TOMLFault) -> TOMLTable {
    var root = TOMLTable(making: .header)
    var place: [String] = []
    while true {
      skipBlankLines()
      guard let byte = peek else { return root }
      if byte == UInt8(ascii: "[") {
        place = try header(&root)
      } else {
        let (path, value, line) = try pair()
        try root.at(place[...], line: line) { (table: inout TOMLTable) throws(TOMLFault) in
          try table.set(path[...], value, line: line)
        }
      }
      try endOfLine()
    }
  }

  /// `[a.b]` or `[[a.b]]`.
  private mutating func header(_ root: inout TOMLTable) throws(TOMLFault) -> [String] {
    let line = line
    offset += 1
    let isArray = take("[")
    skipBlanks()
    let path = try key()
    guard take("]"), !isArray || take("]") else { throw fault(.unclosedTableName) }
    guard path.count <= Self.nesting else { throw fault(.tooDeep) }
    try root.open(path[...], isArray: isArray, line: line)
    return path
  }

  /// `key = value`.
  mutating func pair(depth: Int = 0) throws(TOMLFault) -> (path: [String], value: TOMLValue, line: Int) {
    let line = line
    let path = try key()
    guard path.count <= Self.nesting else { throw fault(.tooDeep) }
    guard take("=") else { throw fault(.missingEqualSign) }
    skipBlanks()
    return (path, try value(depth: depth), line)
  }

  /// One or several parts with dots between, and the blanks behind them.
  private mutating func key() throws(TOMLFault) -> [String] {
    var parts: [String] = []
    repeat {
      skipBlanks()
      parts.append(try keyPart())
      skipBlanks()
    } while take(".")
    return parts
  }

  private mutating func keyPart() throws(TOMLFault) -> String {
    switch peek {
    case UInt8(ascii: "\""): return try basicString()
    case UInt8(ascii: "'"): return try literalString()
    default:
      let start = offset
      while let byte = peek, Self.isBareKey(byte) { offset += 1 }
      guard offset > start else { throw fault(.missingKey) }
      return String(decoding: bytes[start..<offset], as: UTF8.self)
    }
  }

  private static func isBareKey(_ byte: UInt8) -> Bool {
    byte.isLetterOrDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }

  // MARK: Moving on

  var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  mutating func take(_ text: StaticString) -> Bool {
    let isThere = text.withUTF8Buffer { bytes[offset...].starts(with: $0) }
    if isThere { offset += text.utf8CodeUnitCount }
    return isThere
  }

  mutating func skipBlanks() {
    while let byte = peek, byte == 0x20 || byte == 0x09 { offset += 1 }
  }

  /// Blanks, comments and line ends.
  mutating func skipBlankLines() {
    while let byte = peek {
      switch byte {
      case 0x20, 0x09: offset += 1
      case 0x0a:
        offset += 1
        line += 1
      case 0x0d where offset + 1 < bytes.count && bytes[offset + 1] == 0x0a: offset += 1
      case UInt8(ascii: "#"): skipComment()
      default: return
      }
    }
  }

  private mutating func skipComment() {
    while let byte = peek, byte != 0x0a { offset += 1 }
  }

  private mutating func endOfLine() throws(TOMLFault) {
    skipBlanks()
    if peek == UInt8(ascii: "#") { skipComment() }
    if take("\r\n") || take("\n") {
      line += 1
    } else if peek != nil {
      throw fault(.textAfterValue)
    }
  }

  func fault(_ defect: ConfigurationDefect) -> TOMLFault {
    TOMLFault(line: line, column: TextPlace(offset: offset, in: bytes).column, defect: defect)
  }
}
